package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import dev.backout.database.Target;
import dev.backout.fingerprint.DatabaseWatch;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Digests;
import dev.backout.migration.guard.Trust;
import liquibase.database.core.PostgresDatabase;
import liquibase.exception.LiquibaseException;
import org.jspecify.annotations.Nullable;

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
		var analysed = analyse(source);
		var withoutCode = leavingOut(source);
		var footprint = new Footprint();
		var migration = MigrationOptions.of("proof").heardBy(footprint).limitedTo(options.statementTimeout());
		try (var work = clone.open("proof"); var look = clone.open("proof-look"); var rows = clone.open("proof-rows")) {
			try (var session = LiquibaseSession.open(work, withoutCode, migration)) {
				var oneByOne = new OneByOne(session);
				try (var watch = DatabaseWatch.on(look, Scope.APPLICATION)) {
					return new Tour(source, oneByOne, footprint, new CloneState(watch), rows, options).walk(analysed);
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The clone '%s' failed: %s".formatted(clone.database(), ex.getMessage()),
					ex);
		}
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

	/** One walk through a changelog. */
	private static final class Tour {

		private final ChangelogSource source;

		private final OneByOne session;

		private final Connection rows;

		private final ProofOptions options;

		private final Instant start = Instant.now();

		private final RoundTrip roundTrip;

		private final SampleRows samples;

		private boolean dataLoaded;

		/** Of what came before the changeset at hand. */
		private String basis;

		Tour(ChangelogSource source, OneByOne session, Footprint footprint, CloneState state, Connection rows,
				ProofOptions options) throws SQLException {
			this.source = source;
			this.session = session;
			this.rows = rows;
			this.options = options;
			this.basis = Digests.sha256Hex("%s\n%s\n%s".formatted(state.digest(), Digests.sha256Hex(options.dataSql()),
					options.generateRows()));
			var generator = new RowGenerator(rows);
			this.samples = new SampleRows(generator, state);
			this.roundTrip = new RoundTrip(session, footprint, rows, state, generator, this.samples);
		}

		Inspection walk(Analysed analysed) throws SQLException {
			var analyses = analysed.changesets();
			var verdicts = new ArrayList<ChangesetVerdict>();
			var deployed = this.session.history().stream().map(Deployed::id).toList();
			var proving = this.options.from() == null;
			for (int i = 0; i < analyses.size(); i++) {
				var analysis = analyses.get(i);
				var id = analysis.changeset();
				this.options.heard().accept(new ProofProgress(i, analyses.size(), id, null));
				proving |= id.equals(this.options.from());
				this.basis = Digests.sha256Hex("%s\n%s\n%s\n%s".formatted(this.basis, id, analysis.digest(), proving));
				if (!proving || !chosen(id)) {
					if (!deployed.contains(id)) {
						this.roundTrip.applyOnly(analysis);
					}
					continue;
				}
				var verdict = analysis.proven(prove(analysis, deployed.contains(id)));
				verdicts.add(verdict);
				this.options.heard().accept(new ProofProgress(i + 1, analyses.size(), id, verdict));
				if (id.equals(this.options.to())) {
					break;
				}
			}
			return new Inspection(this.source.file(), verdicts, analysed.elsewhere());
		}

		private boolean chosen(ChangesetId id) {
			return this.options.only().isEmpty() || this.options.only().contains(id);
		}

		private Proven prove(Analysis analysis, boolean deployed) throws SQLException {
			loadData();
			var skip = reasonToSkip(analysis, deployed);
			if (skip != null) {
				if (!deployed && analysis.leavesCodeOut()) {
					this.roundTrip.applyOnly(analysis);
				}
				return Proven.of(ChangesetProof.skipped(skip));
			}
			var known = this.options.known().get(analysis.changeset());
			if (known != null && this.basis.equals(known.basis())) {
				var problem = this.roundTrip.applyOnly(analysis);
				return Proven.of((problem == null) ? known : ChangesetProof.skipped(problem));
			}
			if (this.options.generateRows()) {
				this.samples.prepare(analysis);
			}
			return this.roundTrip.walk(analysis).on(this.basis);
		}

		private @Nullable String reasonToSkip(Analysis analysis, boolean deployed) {
			if (deployed) {
				return "It is deployed here already: prove it on a clone from before";
			}
			var host = analysis.reasons()
				.stream()
				.filter((reason) -> (reason.code().equals("runs-code") || reason.code().equals("server-host"))
						&& reason.verdict() == Verdict.IRREVERSIBLE)
				.findFirst();
			if (host.isPresent()) {
				return "Not proven: %s".formatted(host.get().text());
			}
			var box = this.options.timeBox();
			return (!box.isZero() && Duration.between(this.start, Instant.now()).compareTo(box) > 0)
					? "The time box of %s is used up: go on from here with --resume".formatted(box) : null;
		}

		private void loadData() throws SQLException {
			if (this.dataLoaded || this.options.dataSql().isBlank()) {
				return;
			}
			this.dataLoaded = true;
			try (var statement = this.rows.createStatement()) {
				statement.execute(this.options.dataSql());
			}
			catch (SQLException ex) {
				throw new BrokenChangelog(
						"The data cannot be loaded before changeset '%s': %s. With --from, the changesets before it are applied first"
							.formatted(this.options.from(), ex.getMessage()));
			}
			this.roundTrip.lookAgain();
		}

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
