package dev.backout.migration;

import dev.backout.kernel.Checks;

/**
 * Why a changeset has its verdict, for people.
 *
 * @param code stable name of the rule that found it, such as {@code drop-column}
 * @param verdict the best verdict that this reason still allows
 * @param certain whether it holds whatever the rows are; what is not certain, a proof
 * settles
 * @param text a sentence that names the thing and, where there is one, the mend
 */
public record Reason(String code, Verdict verdict, boolean certain, String text) {

	public Reason {
		Checks.check(!text.isBlank(), () -> "Reason '%s' needs a text".formatted(code));
	}

	static Reason certain(String code, Verdict verdict, String text) {
		return new Reason(code, verdict, true, text);
	}

	static Reason possible(String code, Verdict verdict, String text) {
		return new Reason(code, verdict, false, text);
	}

	/** Worth knowing, but nothing is lost by it. */
	static Reason note(String code, String text) {
		return new Reason(code, Verdict.REVERSIBLE, true, text);
	}

}
