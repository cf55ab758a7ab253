package dev.backout.run;

import java.time.Instant;

import dev.backout.playbook.PlaybookVersion;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a playbook.
 *
 * @param playbook the version that it started with and keeps
 * @param requester id of the person who declared it
 * @param commander id of the person who leads it now; the requester until somebody takes
 * over
 * @param planDigest what the plan was sealed as; null until it is
 * @param outcome the end that it reached, in the playbook's words; null while it runs
 */
public record Run(RunId id, RunKind kind, PlaybookVersion playbook, String release, String target, String requester,
		String commander, Severity severity, String reason, @Nullable String planDigest, RunState state,
		Instant startedAt, @Nullable Instant endedAt, @Nullable String outcome) {

	/** What people call it. */
	public String title() {
		return this.playbook.id().equals("rollback-release") ? "Roll back " + this.release
				: "%s: %s".formatted(this.playbook.title(), this.target);
	}

	public boolean active() {
		return !this.state.ended();
	}

}
