package dev.backout.comms.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps messages as files where no SMTP server is configured. A copy has one file name,
 * so a second try replaces the first.
 */
final class KeptFiles implements Carrier {

	private final Path directory;

	private final String from;

	KeptFiles(Path directory, String from) {
		this.directory = directory;
		this.from = from;
	}

	@Override
	public Receipt deliver(Envelope envelope) {
		try {
			Files.createDirectories(this.directory);
			var name = envelope.key().replaceAll("[^A-Za-z0-9-]", "_") + ".eml";
			var whole = Files.createTempFile(this.directory, "new-", ".tmp");
			Files.write(whole, eml(envelope));
			Files.move(whole, this.directory.resolve(name), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
			return new Receipt.Accepted("kept as " + name);
		}
		catch (IllegalArgumentException ex) {
			return new Receipt.Refused(String.valueOf(ex.getMessage()));
		}
		catch (IOException ex) {
			throw new MailDown("Messages cannot be kept in " + this.directory, new UncheckedIOException(ex));
		}
	}

	@Override
	public byte[] eml(Envelope envelope) {
		return Mime.bytes(envelope, this.from);
	}

	@Override
	public String destination() {
		return "files in " + this.directory;
	}

}
