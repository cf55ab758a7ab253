package dev.backout.comms.mail;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;

import dev.backout.comms.mail.MailProperties.StartTls;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to an SMTP server over one connection, kept open between messages while
 * there are some: a greeting per message costs more than the message.
 */
final class Smtp implements Carrier, AutoCloseable {

	private static final Duration IDLE = Duration.ofSeconds(20);

	private static final int MESSAGES_PER_CONNECTION = 100;

	private final MailProperties properties;

	private final Session session;

	private final Clock clock;

	private @Nullable Transport transport;

	private int sent;

	private Instant used = Instant.MIN;

	Smtp(MailProperties properties, Clock clock) {
		this.properties = properties;
		this.session = Session.getInstance(settings(properties));
		this.clock = clock;
	}

	private static Properties settings(MailProperties properties) {
		var settings = new Properties();
		var millis = String.valueOf(properties.timeout().toMillis());
		settings.put("mail.transport.protocol", "smtp");
		settings.put("mail.smtp.connectiontimeout", millis);
		settings.put("mail.smtp.timeout", millis);
		settings.put("mail.smtp.writetimeout", millis);
		settings.put("mail.smtp.starttls.enable", String.valueOf(properties.starttls() != StartTls.NEVER));
		settings.put("mail.smtp.starttls.required", String.valueOf(properties.starttls() == StartTls.REQUIRED));
		settings.put("mail.smtp.ssl.checkserveridentity", "true");
		settings.put("mail.smtp.auth", String.valueOf(properties.user() != null));
		settings.put("mail.smtp.quitwait", "false");
		return settings;
	}

	@Override
	public synchronized Receipt deliver(Envelope envelope) {
		try {
			var mime = Mime.message(envelope, this.properties.from(), this.session);
			connected().sendMessage(mime, mime.getAllRecipients());
			this.sent++;
			this.used = this.clock.instant();
			return new Receipt.Accepted("accepted by " + this.properties.host());
		}
		catch (IllegalArgumentException ex) {
			return new Receipt.Refused(String.valueOf(ex.getMessage()));
		}
		catch (SendFailedException ex) {
			return answer(ex);
		}
		catch (MessagingException ex) {
			close();
			throw down(ex);
		}
	}

	private Transport connected() throws MessagingException {
		var current = this.transport;
		var fresh = this.used.plus(IDLE).isAfter(this.clock.instant());
		if (current != null && fresh && this.sent < MESSAGES_PER_CONNECTION && current.isConnected()) {
			return current;
		}
		close();
		var transport = this.session.getTransport();
		transport.connect(this.properties.host(), this.properties.port(), this.properties.user(),
				this.properties.secret());
		this.transport = transport;
		this.sent = 0;
		this.used = this.clock.instant();
		return transport;
	}

	/** Tells what is wrong with this copy from what is wrong with everything. */
	private Receipt answer(SendFailedException failure) {
		for (Exception cause = failure; cause != null; cause = next(cause)) {
			if (cause instanceof SMTPSenderFailedException) {
				close();
				throw down(failure);
			}
			if (cause instanceof SMTPAddressFailedException address) {
				return byCode(address.getReturnCode(), address);
			}
			if (cause instanceof SMTPSendFailedException whole && whole.getNextException() == null) {
				return byCode(whole.getReturnCode(), whole);
			}
		}
		close();
		throw down(failure);
	}

	private static @Nullable Exception next(Exception exception) {
		return (exception instanceof MessagingException messaging) ? messaging.getNextException() : null;
	}

	private Receipt byCode(int code, MessagingException failure) {
		if (code == 421 || code == 530 || code == 534 || code == 535 || code == 538) {
			close();
			throw down(failure);
		}
		var answer = String.valueOf(failure.getMessage()).strip();
		return (code >= 500) ? new Receipt.Refused(answer) : new Receipt.Later(answer);
	}

	private MailDown down(MessagingException cause) {
		return new MailDown("Mail server %s:%d: %s".formatted(this.properties.host(), this.properties.port(),
				String.valueOf(cause.getMessage()).strip()), cause);
	}

	@Override
	public synchronized void close() {
		var open = this.transport;
		this.transport = null;
		if (open != null) {
			try {
				open.close();
			}
			catch (MessagingException ex) {
				// It is gone either way.
			}
		}
	}

	@Override
	public byte[] eml(Envelope envelope) {
		return Mime.bytes(envelope, this.properties.from());
	}

	@Override
	public String destination() {
		return "mail server %s:%d".formatted(this.properties.host(), this.properties.port());
	}

}
