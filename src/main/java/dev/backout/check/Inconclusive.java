package dev.backout.check;

/** There is nothing to measure, or nothing to compare with; the message says the mend. */
class Inconclusive extends RuntimeException {

	Inconclusive(String message) {
		super(message);
	}

}
