package dev.backout.kernel;

/**
 * Tells every node that something is new. Whoever listens hears a topic and what it is
 * about, nothing else, and reads again.
 */
@FunctionalInterface
public interface News {

	/**
	 * Joins the caller's transaction: what is rolled back is never told, and the same
	 * news are told once per transaction. Without a transaction it is told at once.
	 * @param topic a word
	 * @param about what it is about, for example an id; may be empty
	 */
	void tell(String topic, String about);

}
