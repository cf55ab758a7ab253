package dev.backout.check;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A check below its minimum acceptable result. It is settled once somebody gave a cause
 * and it was either accepted with a reason or mended; an unsettled one keeps its run
 * open.
 *
 * @param id of the deviation
 * @param run playbook run that it belongs to, if any
 * @param suite name of the suite
 * @param check name of the check
 * @param target database that was checked
 * @param severity of the check
 * @param owner who answers for it
 * @param summary what was found, in a sentence
 * @param openedAt when it was first seen
 * @param cause why it happened, as a person says
 * @param causeBy who said so
 * @param decision how it was dealt with
 * @param reason why that is good enough
 * @param decidedBy who decided; {@code system} for mended ones
 * @param decidedAt when
 */
public record Deviation(String id, @Nullable String run, String suite, String check, String target, String severity,
		String owner, String summary, Instant openedAt, @Nullable String cause, @Nullable String causeBy,
		@Nullable Decision decision, @Nullable String reason, @Nullable String decidedBy, @Nullable Instant decidedAt) {

	/** How a deviation was dealt with. */
	public enum Decision {

		/** A person accepts the result as it is. */
		ACCEPTED,
		/** The same check passed later in the same run. */
		MENDED

	}

	public boolean settled() {
		return this.cause != null && this.decision != null;
	}

}
