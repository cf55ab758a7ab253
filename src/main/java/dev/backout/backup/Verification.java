package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What came of restoring a backup into a scratch database and comparing.
 *
 * @param at when it ended
 * @param restoreTook the restore alone, as it would be in anger
 * @param took all of it
 * @param findings what differed, one sentence each; empty when everything held
 */
public record Verification(Instant at, Duration restoreTook, Duration took, List<String> findings) {

	public Verification {
		findings = List.copyOf(findings);
	}

	public boolean held() {
		return this.findings.isEmpty();
	}

}
