package dev.backout.comms.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How e-mail leaves the house.
 *
 * @param host name of the SMTP server; without one, messages are kept as files
 * @param port of the SMTP server
 * @param user log-in name, where the server wants one
 * @param password for that user; better, name a file
 * @param passwordFile file that holds the password and nothing else
 * @param from sender of all messages
 * @param starttls whether the connection is encrypted: {@code required},
 * {@code opportunistic} (when the server offers it) or {@code never}
 * @param timeout how long to wait for the server
 */
@ConfigurationProperties("backout.mail")
public record MailProperties(@Nullable String host, @DefaultValue("25") int port, @Nullable String user,
		@Nullable String password, @Nullable Path passwordFile,
		@DefaultValue("Backout <backout@localhost>") String from, @DefaultValue("opportunistic") StartTls starttls,
		@DefaultValue("20s") Duration timeout) {

	/** Whether the connection is encrypted. */
	public enum StartTls {

		REQUIRED, OPPORTUNISTIC, NEVER

	}

	public MailProperties {
		if (user != null && starttls == StartTls.NEVER) {
			throw new Rejected("mail.plain-password",
					"A password would go out unencrypted. Set backout.mail.starttls=required, or remove backout.mail.user");
		}
	}

	/** Files instead of a server. */
	public static MailProperties none() {
		return new MailProperties(null, 25, null, null, null, "Backout <backout@localhost>", StartTls.OPPORTUNISTIC,
				Duration.ofSeconds(20));
	}

	boolean configured() {
		return this.host != null && !this.host.isBlank();
	}

	@Nullable String secret() {
		if (this.passwordFile == null) {
			return this.password;
		}
		try {
			return Files.readString(this.passwordFile).strip();
		}
		catch (IOException ex) {
			throw new Rejected("mail.password-file",
					"The password file %s cannot be read. Mend backout.mail.password-file"
						.formatted(this.passwordFile));
		}
	}

	@Override
	public String toString() {
		return "MailProperties[" + this.host + ":" + this.port + "]";
	}

}
