package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.migration.ChangesetProof.Survival;
import dev.backout.migration.ChangesetProof.Touched;
import dev.backout.migration.CloneState.Change;
import dev.backout.migration.Prover.Proven;
import org.jspecify.annotations.Nullable;

/** The round trip of one changeset: there, life, back, compare, and there again. */
final class RoundTrip {

	private final OneByOne session;

	private final Footprint footprint;

	private final Connection rows;

	private final CloneState state;

	private final RowGenerator generator;

	private final SampleRows samples;

	private final BeforeImages images;

	/** What only the session sees, before the changeset at hand may add to it. */
	private @Nullable Set<String> ofTheSession;

	RoundTrip(OneByOne session, Footprint footprint, Connection rows, CloneState state, RowGenerator generator,
			SampleRows samples) {
		this.session = session;
		this.footprint = footprint;
		this.rows = rows;
		this.state = state;
		this.generator = generator;
		this.samples = samples;
		this.images = new BeforeImages(rows);
	}

	/** Somebody else changed the clone. */
	void lookAgain() {
		this.state.accept(Change.ALL);
	}

	/**
	 * Applies without a proof.
	 * @return why it cannot be applied, or null
	 */
	@Nullable String applyOnly(Analysis analysis) {
		var problem = apply(analysis, false);
		if (problem == null) {
			this.state.accept(change(analysis));
		}
		return problem;
	}

	Proven walk(Analysis analysis) throws SQLException {
		takeImages(analysis);
		this.ofTheSession = analysis.maySetUpForTheSession() ? this.session.ofTheSession() : null;
		try {
			var proven = new Walk(analysis).walk();
			this.images.drop();
			return proven;
		}
		catch (RuntimeException | SQLException ex) {
			CloneFailed.check(analysis.changeset(), ex);
			throw ex;
		}
	}

	private void takeImages(Analysis analysis) throws SQLException {
		this.images.drop();
		if (!analysis.needsRows()) {
			return;
		}
		var named = analysis.oldTables();
		for (var table : this.state.tables()) {
			if (named.contains(table) || named.contains(table.substring(table.indexOf('.') + 1))) {
				this.images.take(table, this.state.rows(table));
			}
		}
	}

	private @Nullable String apply(Analysis analysis, boolean measured) {
		this.footprint.clear(measured);
		try {
			this.session.apply(analysis.changeset());
			columnsMayDiffer(analysis);
			return null;
		}
		catch (RuntimeException ex) {
			CloneFailed.check(analysis.changeset(), ex);
			this.generator.tablesMayDiffer();
			return ParsedChangelog.deepest(ex);
		}
	}

	private @Nullable String revert(Analysis analysis) {
		this.footprint.clear(false);
		try {
			var problem = this.session.revert(analysis.changeset()).orElse(null);
			if (problem == null && this.ofTheSession != null) {
				this.session.leaveOfTheSession(this.ofTheSession);
			}
			columnsMayDiffer(analysis);
			return problem;
		}
		catch (RuntimeException ex) {
			CloneFailed.check(analysis.changeset(), ex);
			this.generator.tablesMayDiffer();
			return ParsedChangelog.deepest(ex);
		}
	}

	private void columnsMayDiffer(Analysis analysis) {
		if (!analysis.transactional() || this.footprint.shape()) {
			this.generator.tablesMayDiffer();
		}
	}

	/** Without a transaction of its own nothing tells what it did. */
	private Change change(Analysis analysis) {
		var change = analysis.transactional() ? Change.of(this.footprint) : Change.ALL;
		return new Change(change.everything(), change.shape() || analysis.changesShape(), change.tables());
	}

	/** One changeset on its way. */
	private final class Walk {

		private final Analysis analysis;

		private final List<ProofOutcome> outcomes = new ArrayList<>();

		private final List<Reason> reasons = new ArrayList<>();

		private final List<String> schemaDiff = new ArrayList<>();

		private final List<String> dataDiff = new ArrayList<>();

		private @Nullable String why;

		private @Nullable Survival survival;

		private long applyMillis;

		private long revertMillis;

		private long rowsLost;

		private long valuesLost;

		private Map<String, String> locks = Map.of();

		private List<String> rewritten = List.of();

		private Map<String, Touched> touched = Map.of();

		private Footprint.@Nullable Reach there;

		private @Nullable List<String> changedBack;

		Walk(Analysis analysis) {
			this.analysis = analysis;
		}

		Proven walk() throws SQLException {
			var problem = there();
			if (problem != null) {
				return Proven.of(ChangesetProof.skipped("Cannot be applied here: " + problem));
			}
			var applied = change(this.analysis);
			var life = live(applied);
			problem = back(life);
			if (problem != null) {
				life.end();
				fails(ProofOutcome.REVERT_FAILS, "The way back fails: " + problem);
				state().accept(applied);
				return result();
			}
			this.survival = (life.size() > 0) ? new Survival(life.size(), life.survived()) : null;
			life.end();
			var changed = applied.and(change(this.analysis));
			compare(changed);
			reached();
			problem = apply(this.analysis, false);
			if (problem != null) {
				fails(ProofOutcome.REAPPLY_FAILS, "After the way back it cannot be applied again: " + problem);
			}
			state().accept(changed.and(change(this.analysis)));
			return result();
		}

		private CloneState state() {
			return RoundTrip.this.state;
		}

		private @Nullable String there() throws SQLException {
			var start = System.nanoTime();
			var problem = apply(this.analysis, true);
			if (problem != null && RoundTrip.this.samples.any()) {
				RoundTrip.this.samples.leave();
				RoundTrip.this.takeImages(this.analysis);
				start = System.nanoTime();
				var again = apply(this.analysis, true);
				if (again == null) {
					this.reasons.add(Reason.note("needs-empty-table",
							"Applies only where our sample rows are not: %s".formatted(problem)));
				}
				problem = again;
			}
			this.applyMillis = millis(start);
			this.locks = RoundTrip.this.footprint.locks();
			this.rewritten = RoundTrip.this.footprint.rewritten();
			this.touched = RoundTrip.this.footprint.touched();
			this.there = RoundTrip.this.footprint.reach();
			return problem;
		}

		/** In tables that the change touched and that were there before it. */
		private Life live(Change applied) {
			var life = new Life(RoundTrip.this.rows, RoundTrip.this.generator);
			if (RoundTrip.this.generator.quietTriggers() && this.analysis.transactional()) {
				var tables = new TreeSet<>(applied.tables());
				tables.removeIf((table) -> !state().has(table));
				life.live(tables, this.analysis.columnsKnown()
						? this.analysis.effects().stream().map(Effect::text).collect(Collectors.joining(" ")) : null,
						state(), this::former);
			}
			return life;
		}

		/** Rows that the change itself inserted are not for users to change yet. */
		private @Nullable String former(String table) {
			var rows = this.touched.get(table);
			return (rows == null || rows.inserted() == 0) ? table : RoundTrip.this.images.of(table);
		}

		private @Nullable String back(Life life) {
			var start = System.nanoTime();
			var problem = revert(this.analysis);
			this.revertMillis = millis(start);
			if (problem == null || life.size() == 0) {
				return problem;
			}
			life.end();
			start = System.nanoTime();
			var again = revert(this.analysis);
			this.revertMillis = millis(start);
			if (again == null) {
				this.reasons.add(Reason.note("rows-since",
						"Reverting is refused, with nothing changed, when rows like ours were written since: "
								+ problem));
			}
			return again;
		}

		private void compare(Change changed) {
			var found = state().differences(changed);
			this.schemaDiff.addAll(found.schemaLines());
			for (var table : found.rows()) {
				var lost = RoundTrip.this.images.compare(table.table());
				this.rowsLost += (lost != null) ? lost.rows() : rowsLost(table);
				this.valuesLost += (lost != null) ? lost.values() : 0;
				this.dataDiff.add(describe(table, lost));
			}
			var lived = this.survival;
			var lostLife = lived != null && lived.survived() < lived.written();
			if (lived != null) {
				this.rowsLost += lived.written() - lived.survived();
			}
			if (!this.dataDiff.isEmpty() || lostLife) {
				fails(ProofOutcome.DATA_DIFFERS,
						this.dataDiff.isEmpty() ? "Rows written after the change did not survive the way back"
								: sentence("Rows", this.dataDiff));
			}
			if (!this.schemaDiff.isEmpty()) {
				fails(ProofOutcome.SCHEMA_DIFFERS, sentence("The schema", this.schemaDiff));
			}
			if (this.outcomes.isEmpty()) {
				if (!exercised()) {
					this.outcomes.add(ProofOutcome.NOT_EXERCISED);
					this.why = "No row was touched: bring data with --data, or a clone with --url";
				}
				else if (!found.schema().none()) {
					this.outcomes.add(ProofOutcome.EQUIVALENT);
					this.why = "Only the order of columns or the position of a sequence differs";
					this.schemaDiff.addAll(found.allLines());
				}
			}
		}

		/**
		 * Where no row was touched, a trigger that fires for rows did not show either.
		 */
		private void reached() {
			if (this.there != null && this.analysis.transactional()
					&& !this.outcomes.contains(ProofOutcome.NOT_EXERCISED)) {
				this.changedBack = this.there.andBack(RoundTrip.this.footprint.reach());
			}
		}

		private boolean exercised() {
			return !this.analysis.needsRows() || this.touched.values().stream().anyMatch((rows) -> rows.rows() > 0)
					|| this.analysis.oldTables()
						.stream()
						.anyMatch((name) -> this.hadRows(name) && this.analysis.atStake().contains(name))
					|| emptied();
		}

		/** What the counters of rows do not tell: rows that went with their storage. */
		private boolean emptied() {
			return this.rewritten.stream().anyMatch((table) -> state().rows(table) > 0);
		}

		private boolean hadRows(String name) {
			return Set.of(name, "public." + name).stream().anyMatch((table) -> state().rows(table) > 0);
		}

		private void fails(ProofOutcome outcome, String text) {
			if (this.outcomes.isEmpty()) {
				this.why = text;
			}
			this.outcomes.add(outcome);
		}

		private Proven result() {
			var outcome = this.outcomes.isEmpty() ? ProofOutcome.IDENTICAL : this.outcomes.get(0);
			var also = this.outcomes.isEmpty() ? List.<ProofOutcome>of()
					: this.outcomes.subList(1, this.outcomes.size());
			var proof = new ChangesetProof(outcome, also, this.why, this.applyMillis, this.revertMillis,
					this.schemaDiff, this.dataDiff, this.locks, this.rewritten, this.touched, this.survival,
					this.changedBack, null);
			var loss = (outcome == ProofOutcome.REVERT_FAILS || outcome == ProofOutcome.NOT_EXERCISED)
					? DataLoss.UNKNOWN : new DataLoss(this.rowsLost, this.valuesLost);
			return new Proven(proof, loss, this.reasons);
		}

		private static long rowsLost(CloneState.Rows table) {
			var before = table.before();
			var after = table.after();
			return Math.max(0, ((before != null) ? before.rows() : 0) - ((after != null) ? after.rows() : 0));
		}

		private static String describe(CloneState.Rows table, BeforeImages.@Nullable Lost lost) {
			var before = table.before();
			var after = table.after();
			var counts = "%s: %s rows before, %s after".formatted(table.table(),
					(before != null) ? before.rows() : "no", (after != null) ? after.rows() : "no");
			return (lost == null || lost.texts().isEmpty()) ? counts : counts + "; " + String.join("; ", lost.texts());
		}

		private static String sentence(String subject, List<String> lines) {
			return "%s differ%s after the way back: %s%s".formatted(subject, subject.equals("Rows") ? "" : "s",
					lines.get(0), (lines.size() > 1) ? " and %d more".formatted(lines.size() - 1) : "");
		}

		private static long millis(long start) {
			return (System.nanoTime() - start) / 1_000_000;
		}

	}

}
