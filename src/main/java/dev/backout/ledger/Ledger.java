package dev.backout.ledger;

/** The append-only record: an RFC 6962 Merkle tree in our database. */
public interface Ledger {

	/**
	 * Adds an entry in the caller's transaction: it commits, or vanishes, with it. Takes
	 * no lock that another writer could wait for. The entry gets its index in the tree
	 * once it is committed, within about a second or when somebody asks.
	 * @return the entry's number: unique and growing, with holes where a transaction was
	 * rolled back
	 * @throws IllegalStateException without an active transaction
	 */
	long append(Deed deed);

}
