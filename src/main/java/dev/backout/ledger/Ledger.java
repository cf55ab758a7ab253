package dev.backout.ledger;

/** The append-only record: an RFC 6962 Merkle tree in our database. */
public interface Ledger {

	/**
	 * Adds a leaf in the caller's transaction: it commits, or vanishes, with it.
	 * @return the leaf's index, from 0
	 */
	long append(Deed deed);

}
