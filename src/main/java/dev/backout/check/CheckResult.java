package dev.backout.check;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param check name of the check
 * @param kind what it looked at
 * @param severity of falling below the minimum
 * @param owner who answers for it
 * @param outcome how it ended
 * @param value the measured figure or text, if there is one
 * @param minimum the minimum acceptable result, as people read it
 * @param summary one sentence for people
 * @param evidence offending rows, limited and masked; column to value
 * @param more offending rows beyond the evidence
 * @param query how to look again by hand, if it is a query
 * @param took how long it worked
 * @param before the last run on the same target, if there was one
 * @param rehearsed the last rehearsal of the same target, if there was one
 * @param deviation id of the deviation, once it fell below its minimum
 */
public record CheckResult(String check, CheckKind kind, String severity, String owner, Outcome outcome,
		@Nullable String value, String minimum, String summary, List<Map<String, String>> evidence, long more,
		@Nullable String query, Duration took, @Nullable Earlier before, @Nullable Earlier rehearsed,
		@Nullable String deviation) {

	public CheckResult {
		evidence = List.copyOf(evidence);
	}

	/** The same, compared with earlier ones. */
	CheckResult after(@Nullable Earlier before, @Nullable Earlier rehearsed) {
		return new CheckResult(this.check, this.kind, this.severity, this.owner, this.outcome, this.value, this.minimum,
				this.summary, this.evidence, this.more, this.query, this.took, before, rehearsed, this.deviation);
	}

	/** The same, of a check that measured nothing. */
	CheckResult withoutValue() {
		return new CheckResult(this.check, this.kind, this.severity, this.owner, this.outcome, null, this.minimum,
				this.summary, this.evidence, this.more, this.query, this.took, this.before, this.rehearsed,
				this.deviation);
	}

	/** Whether it changed for the worse since the last run. */
	public boolean regressed() {
		return this.outcome != Outcome.PASS && this.before != null && this.before.outcome() == Outcome.PASS;
	}

	/** Whether the rehearsal promised something else. */
	public boolean unlikeRehearsed() {
		return this.rehearsed != null && this.rehearsed.outcome() != this.outcome;
	}

}
