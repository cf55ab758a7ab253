package dev.backout.ledger;

/** An export that does not hold, with the first place where that shows. */
public final class LedgerBroken extends Exception {

	LedgerBroken(String why) {
		super(why);
	}

}
