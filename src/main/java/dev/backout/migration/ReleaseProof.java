package dev.backout.migration;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The proof of a release's changesets, under way or done.
 *
 * @param id its number
 * @param release id of the release
 * @param target its target
 * @param by id of the person or run that asked
 * @param startedAt when
 * @param beatAt when it was last heard of
 * @param done changesets done, of {@code total}
 * @param total changesets to go through
 * @param finishedAt when it ended, well or not; null while it is under way
 * @param failure why there is no result; null if there is one
 * @param backup id of the verified backup whose rows it was proven with; null for an
 * empty database with made-up rows
 * @param dataAt the instant that those rows are of
 * @param note what else is to be known
 * @param changesets what was proven, in the order of deployment; empty until it ended
 */
public record ReleaseProof(long id, String release, String target, String by, Instant startedAt, Instant beatAt,
		int done, int total, @Nullable Instant finishedAt, @Nullable String failure, @Nullable String backup,
		@Nullable Instant dataAt, @Nullable String note, List<Proven> changesets) {

	/** Nobody works that long on one changeset without a word. */
	static final Duration SILENCE = Duration.ofMinutes(10);

	private static final DateTimeFormatter MINUTE = DateTimeFormatter
		.ofPattern("d MMM yyyy HH:mm 'UTC'", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	public ReleaseProof {
		changesets = List.copyOf(changesets);
	}

	/** Whether somebody is at it; a killed process is not. */
	public boolean underWay(Instant now) {
		return this.finishedAt == null && this.beatAt.plus(SILENCE).isAfter(now);
	}

	/** Whether it ended without a result. */
	public boolean brokeOff(Instant now) {
		return this.failure != null || (this.finishedAt == null && !underWay(now));
	}

	/** Whether the changelog has changed since, for any of its changesets. */
	public boolean stale() {
		return this.changesets.stream().anyMatch(Proven::stale);
	}

	/** What its rows were. */
	public String data() {
		return (this.backup == null) ? "made-up rows in an empty database"
				: "backup %s of %s".formatted(this.backup, MINUTE.format(this.dataAt));
	}

	/** The proof of one changeset. */
	public Optional<Proven> of(String component, ChangesetId changeset) {
		return this.changesets.stream()
			.filter((proven) -> proven.component().equals(component) && proven.verdict().changeset().equals(changeset))
			.findFirst();
	}

	/** In a sentence, for a plan. */
	public String sentence(String component, ChangesetId changeset) {
		return of(component, changeset).map(this::sentence).orElse("Not proven");
	}

	private String sentence(Proven proven) {
		var when = MINUTE.format((this.finishedAt != null) ? this.finishedAt : this.startedAt);
		if (proven.stale()) {
			return "Not proven as it is now: the changelog has changed since the proof of " + when;
		}
		var outcome = proven.outcome();
		if (outcome == null || !(outcome.held() || outcome.broke())) {
			return "Not proven on %s against %s: %s".formatted(when, data(), proven.why());
		}
		return (outcome.held() ? "Proven on %s against %s: %s" : "Does not come back, as shown on %s against %s: %s")
			.formatted(when, data(), outcome);
	}

	/**
	 * What was proven of a changeset.
	 *
	 * @param component id of its component
	 * @param verdict with the measured round trip
	 * @param stale whether its changelog has changed since, up to and with it
	 */
	public record Proven(String component, ChangesetVerdict verdict, boolean stale) {

		/** How it ended. */
		public @Nullable ProofOutcome outcome() {
			var proof = this.verdict.proof();
			return (proof != null) ? proof.outcome() : null;
		}

		/**
		 * Tables that the way back can change, as they are called before it; null where
		 * that is not known of the changelog as it is now.
		 */
		public @Nullable List<String> changedBack() {
			var proof = this.verdict.proof();
			return (this.stale || proof == null) ? null : proof.changedBack();
		}

		String why() {
			var proof = this.verdict.proof();
			return (proof != null && proof.why() != null) ? proof.why() : "it could not run";
		}

	}

}
