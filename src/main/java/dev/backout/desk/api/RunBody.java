package dev.backout.desk.api;

import java.time.Instant;

import dev.backout.run.Run;
import dev.backout.run.RunKind;
import dev.backout.run.RunState;
import dev.backout.run.Severity;
import org.jspecify.annotations.Nullable;

/** A run as REST gives it; see {@link Run} for what the names mean. */
record RunBody(String id, RunKind kind, String playbook, int playbookVersion, String release, String target,
		String requester, String commander, Severity severity, String reason, @Nullable String planDigest,
		RunState state, Instant startedAt, @Nullable Instant endedAt, @Nullable String outcome) {

	static RunBody of(Run run) {
		return new RunBody(run.id().toString(), run.kind(), run.playbook().id(), run.playbook().version(),
				run.release(), run.target(), run.requester(), run.commander(), run.severity(), run.reason(),
				run.planDigest(), run.state(), run.startedAt(), run.endedAt(), run.outcome());
	}

}
