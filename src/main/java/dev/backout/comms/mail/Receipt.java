package dev.backout.comms.mail;

/** What became of one try. */
public sealed interface Receipt {

	/** What the other side said, for people. */
	String answer();

	/** The other side has it and is responsible for it now. */
	record Accepted(String answer) implements Receipt {
	}

	/** It will never take it for this address. */
	record Refused(String answer) implements Receipt {
	}

	/** Not now; try this copy again. */
	record Later(String answer) implements Receipt {
	}

}
