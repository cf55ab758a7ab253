package dev.backout.run;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for when a run is started.
 *
 * @param playbook id of the playbook, for example {@code rollback-release}
 * @param reason why, in a sentence; shown to everybody
 * @param planDigest the plan that the person saw; null when none was shown
 * @param variables further small values for the playbook
 */
public record RunRequest(String playbook, RunKind kind, String release, String target, Severity severity, String reason,
		@Nullable String planDigest, Map<String, String> variables) {

	public RunRequest {
		variables = Map.copyOf(variables);
	}

	/** A real rollback of a release by the shipped playbook. */
	public static RunRequest rollback(String release, String target, Severity severity, String reason,
			@Nullable String planDigest) {
		return new RunRequest("rollback-release", RunKind.REAL, release, target, severity, reason, planDigest,
				Map.of());
	}

}
