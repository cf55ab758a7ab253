package dev.backout.migration;

import dev.backout.kernel.Checks;

/**
 * Why a changeset has its verdict, for people.
 *
 * @param code stable name of the rule that found it, such as {@code drop-column}
 * @param verdict the best verdict that this reason still allows
 * @param text a sentence that names the thing and, where there is one, the mend
 */
public record Reason(String code, Verdict verdict, String text) {

	public Reason {
		Checks.check(!text.isBlank(), () -> "Reason '%s' needs a text".formatted(code));
	}

}
