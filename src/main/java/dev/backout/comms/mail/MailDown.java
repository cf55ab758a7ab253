package dev.backout.comms.mail;

/** No mail can leave at all right now; it says nothing about a recipient. */
public final class MailDown extends RuntimeException {

	MailDown(String message, Throwable cause) {
		super(message, cause);
	}

}
