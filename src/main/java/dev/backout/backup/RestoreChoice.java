package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;

import dev.backout.kernel.Digests;

/**
 * What a restore will do, as it is shown before anybody approves it.
 *
 * @param run which run
 * @param backup id of the backup
 * @param target name of the target
 * @param digest what an approval is bound to: target, backup and its manifest's digest
 * @param takenAt whatever was written later is lost
 * @param age of the snapshot when it was chosen
 * @param verified whether its latest restore gave exactly what was backed up
 * @param restore how long until there is a database to take the place
 * @param downtime how long nobody can connect, going by earlier exchanges
 */
public record RestoreChoice(String run, String backup, String target, String digest, Instant takenAt, Duration age,
		boolean verified, RestoreEstimate restore, Duration downtime) {

	/** The digest of exactly this backup taking the place of exactly this target. */
	static String seal(String target, String backup, String manifestDigest) {
		return Digests.sha256Hex("backout-restore/1\n%s\n%s\n%s\n".formatted(target, backup, manifestDigest));
	}

	/** In one sentence. */
	public String summary() {
		return "%s replaces '%s': a snapshot of %s, %d min old; about %s to restore beside (%s to %s, %s), then about %s without connections"
			.formatted(this.backup, this.target, this.takenAt, this.age.toMinutes(), words(this.restore.expected()),
					words(this.restore.low()), words(this.restore.high()), this.restore.source(), words(this.downtime));
	}

	private static String words(Duration span) {
		return (span.toMinutes() >= 2) ? "%d min".formatted(span.toMinutes())
				: "%.1f s".formatted(span.toMillis() / 1000.0);
	}

}
