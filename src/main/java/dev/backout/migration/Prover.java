package dev.backout.migration;

import java.util.HashSet;
import java.util.List;

import dev.backout.database.Target;
import dev.backout.migration.guard.Trust;
import liquibase.database.core.PostgresDatabase;
import liquibase.exception.LiquibaseException;

/**
 * Proves on a clone what undoing each changeset gives back: apply, let users write,
 * revert, compare, apply again. The clone ends with everything applied.
 */
public final class Prover {

	private Prover() {
	}

	/**
	 * Proves the changesets that the clone does not have yet.
	 * @param clone a database that nobody else uses and that may be changed
	 * @throws BrokenChangelog if the changelog cannot be read
	 */
	public static Inspection prove(ChangelogSource source, Target clone, ProofOptions options) {
		return prove(source, List.of(clone), options);
	}

	/**
	 * Likewise, in several clones side by side, with the result of one walk.
	 * @param clones equal to each other, of nobody else, and free to be changed; the
	 * first ends with everything applied if it is the only one. With a time box only the
	 * first is used: what is proven is then a beginning of the changelog
	 */
	public static Inspection prove(ChangelogSource source, List<Target> clones, ProofOptions options) {
		var analysed = analyse(source);
		var withoutCode = leavingOut(source);
		var range = new ProofRange(analysed.changesets(), options);
		var used = options.timeBox().isZero() ? clones.subList(0, range.parts(clones.size())) : clones.subList(0, 1);
		return new Inspection(source.file(), SideBySide.prove(withoutCode, used, range, options), analysed.elsewhere());
	}

	/** How many clones are worth making for so many changesets. */
	public static int clones(int changesets) {
		return Math.max(1, changesets / ProofRange.WORTH_A_CLONE);
	}

	/** Later changesets may need what else is in a changeset with code. */
	private static ChangelogSource leavingOut(ChangelogSource source) {
		var trusted = new HashSet<>(source.trusted());
		trusted.add(Trust.LEAVE_OUT);
		return new ChangelogSource(source.root(), source.file(), source.contexts(), source.labels(),
				source.parameters(), trusted);
	}

	private static Analysed analyse(ChangelogSource source) {
		var database = new PostgresDatabase();
		var scope = LiquibaseScope.of(source.root(), "inspect", (sql) -> {
		});
		try {
			return scope.call(() -> {
				database.setConnection(Inspector.offline(scope.resources()));
				var changelog = ParsedChangelog.parse(source, scope, database);
				return new Analysed(Inspector.analyse(changelog, database), Inspector.elsewhere(changelog, database));
			});
		}
		catch (LiquibaseException ex) {
			throw new BrokenChangelog(
					"Changelog '%s' cannot be inspected: %s".formatted(source.file(), ParsedChangelog.deepest(ex)));
		}
	}

	/** What the text tells, and how many changesets are for other databases. */
	private record Analysed(List<Analysis> changesets, int elsewhere) {
	}

	/**
	 * A proof, and what it says beside its outcome.
	 *
	 * @param proof the measured round trip
	 * @param loss what was counted missing
	 * @param reasons what only running it could show
	 */
	record Proven(ChangesetProof proof, DataLoss loss, List<Reason> reasons) {

		Proven on(String basis) {
			return new Proven((this.proof.outcome() != ProofOutcome.SKIPPED) ? this.proof.on(basis) : this.proof,
					this.loss, this.reasons);
		}

		static Proven of(ChangesetProof proof) {
			return new Proven(proof, DataLoss.UNKNOWN, List.of());
		}

	}

}
