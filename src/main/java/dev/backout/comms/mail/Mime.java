package dev.backout.comms.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Properties;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import org.apache.commons.mail2.core.EmailException;
import org.apache.commons.mail2.jakarta.HtmlEmail;

/**
 * Makes an e-mail of an envelope: text and HTML, and the Message-ID that was decided when
 * the message was written. No value can add a header: line breaks are taken out, and an
 * address must be one address.
 */
public final class Mime {

	private Mime() {
	}

	/** The e-mail as a file would hold it. */
	public static byte[] bytes(Envelope envelope, String from) {
		var bytes = new ByteArrayOutputStream();
		try {
			message(envelope, from, Session.getInstance(new Properties())).writeTo(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (MessagingException ex) {
			throw new IllegalStateException(ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Whether this is one address that mail can go to.
	 */
	public static boolean isAddress(String address) {
		try {
			address(address);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	static MimeMessage message(Envelope envelope, String from, Session session) {
		try {
			var email = new KnownId(envelope.messageId());
			email.setMailSession(session);
			email.setCharset(StandardCharsets.UTF_8.name());
			email.setFromAddress(new InternetAddress(oneLine(from), true));
			var to = address(envelope.address());
			if (!envelope.name().isBlank()) {
				to.setPersonal(oneLine(envelope.name()), StandardCharsets.UTF_8.name());
			}
			email.setTo(List.of(to));
			email.setSubject(oneLine(envelope.subject()));
			email.setSentDate(Date.from(envelope.sentAt()));
			email.setTextMsg(envelope.text());
			email.setHtmlMsg(envelope.html());
			email.buildMimeMessage();
			return withHeaders(email.getMimeMessage(), envelope);
		}
		catch (EmailException | MessagingException | IOException ex) {
			throw new IllegalArgumentException("Message '%s' to '%s' cannot be an e-mail: %s"
				.formatted(envelope.subject(), envelope.address(), ex.getMessage()), ex);
		}
	}

	private static MimeMessage withHeaders(MimeMessage mime, Envelope envelope) throws MessagingException {
		mime.setHeader("Auto-Submitted", "auto-generated");
		if (envelope.inReplyTo() != null && !envelope.inReplyTo().equals(envelope.messageId())) {
			mime.setHeader("In-Reply-To", "<" + oneLine(envelope.inReplyTo()) + ">");
			mime.setHeader("References", "<" + oneLine(envelope.inReplyTo()) + ">");
		}
		for (var header : envelope.headers().entrySet()) {
			mime.setHeader(oneLine(header.getKey()), oneLine(header.getValue()));
		}
		mime.saveChanges();
		return mime;
	}

	private static InternetAddress address(String address) {
		try {
			if (address.length() > 254 || address.chars().anyMatch((unit) -> unit <= ' ' || unit == 127)) {
				throw new AddressException("it has blanks or is too long");
			}
			var parsed = new InternetAddress(address, true);
			if (!address.equals(parsed.getAddress()) || parsed.isGroup()) {
				throw new AddressException("it is more than an address");
			}
			return parsed;
		}
		catch (AddressException ex) {
			throw new IllegalArgumentException(
					"'%s' is no e-mail address: %s".formatted(oneLine(address), ex.getMessage()), ex);
		}
	}

	/** Controls, line ends of every kind included, become blanks. */
	private static String oneLine(String text) {
		return text.replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ").strip();
	}

	/** Commons Email with a Message-ID that saving does not replace. */
	private static final class KnownId extends HtmlEmail {

		private final String id;

		KnownId(String id) {
			this.id = id;
		}

		@Override
		protected MimeMessage createMimeMessage(Session session) {
			return new MimeMessage(session) {

				@Override
				protected void updateMessageID() throws MessagingException {
					setHeader("Message-ID", "<" + KnownId.this.id + ">");
				}

			};
		}

	}

}
