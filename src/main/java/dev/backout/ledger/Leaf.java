package dev.backout.ledger;

/**
 * A deed as the tree hashes it. Only the database knows the time, so it puts it between
 * the two halves.
 *
 * @param head canonical JSON up to the time
 * @param tail canonical JSON after it
 */
record Leaf(String head, String tail) {

	/**
	 * Names the set of fields; a reader of the record needs it to know what is missing.
	 */
	static final String VERSION = "1";

	static Leaf of(Deed deed) {
		var head = "{\"actor\":%s,\"after\":%s,\"at\":\"".formatted(CanonicalJson.string(deed.actor()),
				CanonicalJson.string(deed.after()));
		var tail = "\",\"before\":%s,\"kind\":%s,\"parameters\":%s,\"subject\":%s,\"v\":%s}".formatted(
				CanonicalJson.string(deed.before()), CanonicalJson.string(deed.kind()),
				CanonicalJson.object(deed.parameters()), CanonicalJson.string(deed.subject()), VERSION);
		return new Leaf(head, tail);
	}

}
