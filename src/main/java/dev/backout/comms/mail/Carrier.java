package dev.backout.comms.mail;

/** Takes copies of messages out of the house, one at a time. */
public interface Carrier {

	/**
	 * Hands one copy over. May be called again with the same copy when nobody knows how
	 * the first try ended.
	 * @throws MailDown when nothing can leave now
	 */
	Receipt deliver(Envelope envelope);

	/** The copy as a file that mail programs open. */
	byte[] eml(Envelope envelope);

	/** For people: where messages go. */
	String destination();

}
