package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

import dev.backout.database.Target;
import dev.backout.fingerprint.DatabaseWatch;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Digests;
import dev.backout.migration.Prover.Proven;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/** One walk through a changelog in one clone, changeset by changeset. */
final class Tour implements AutoCloseable {

	/** Two databases that did the same differ in values of these types. */
	private static final Set<String> OF_THE_MOMENT = Set.of("date", "time", "timetz", "timestamp", "timestamptz",
			"uuid");

	private final Deque<AutoCloseable> open;

	private final OneByOne session;

	private final Connection rows;

	private final CloneState state;

	private final RowGenerator generator;

	private final SampleRows samples;

	private final RoundTrip roundTrip;

	private final ProofRange range;

	private final ProofOptions options;

	private final List<ChangesetId> deployed;

	private final Instant start = Instant.now();

	/** Place of the changeset that is next. */
	private int at;

	private boolean dataLoaded;

	/** Of what came before the changeset at hand. */
	private String basis;

	private Tour(Deque<AutoCloseable> open, LiquibaseSession liquibase, Footprint footprint, DatabaseWatch watch,
			Connection rows, ProofRange range, ProofOptions options) throws SQLException {
		this.open = open;
		this.session = new OneByOne(liquibase);
		this.rows = rows;
		this.range = range;
		this.options = options;
		this.state = new CloneState(watch);
		this.basis = Digests.sha256Hex("%s\n%s\n%s".formatted(this.state.digest(), Digests.sha256Hex(options.dataSql()),
				options.generateRows()));
		this.generator = new RowGenerator(rows);
		this.samples = new SampleRows(this.generator, this.state);
		this.roundTrip = new RoundTrip(this.session, footprint, rows, this.state, this.generator, this.samples);
		this.deployed = this.session.history().stream().map(Deployed::id).toList();
	}

	/** In the thread that closes it and does all in between. */
	static Tour open(ChangelogSource source, Target clone, ProofRange range, ProofOptions options) {
		var open = new ArrayDeque<AutoCloseable>();
		try {
			var work = opened(open, clone.open("proof"));
			keepsPlans(work);
			var look = opened(open, clone.open("proof-look"));
			var rows = opened(open, clone.open("proof-rows"));
			var footprint = new Footprint();
			var migration = MigrationOptions.of("proof").heardBy(footprint).limitedTo(options.statementTimeout());
			var session = opened(open, LiquibaseSession.open(work, source, migration));
			var watch = opened(open, DatabaseWatch.on(look, Scope.APPLICATION));
			return new Tour(open, session, footprint, watch, rows, range, options);
		}
		catch (SQLException ex) {
			close(open);
			throw new IllegalStateException("The clone '%s' failed: %s".formatted(clone.database(), ex.getMessage()),
					ex);
		}
		catch (RuntimeException ex) {
			close(open);
			throw ex;
		}
	}

	/**
	 * What is written and asked for each changeset is the same: the server itself plans
	 * anew what a change of the schema touches.
	 */
	private static void keepsPlans(Connection connection) throws SQLException {
		connection.unwrap(PgConnection.class).getQueryExecutor().setFlushCacheOnDdl(false);
	}

	private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> open, T one) {
		open.push(one);
		return one;
	}

	/** Proves what comes next, up to but without the changeset at this place. */
	List<ChangesetVerdict> prove(int end) {
		var verdicts = new ArrayList<ChangesetVerdict>();
		for (; this.at < end; this.at++) {
			var analysis = this.range.changesets().get(this.at);
			hear(this.at, analysis, null);
			if (takesPart(analysis)) {
				var verdict = analysis.proven(failing(() -> proven(analysis)));
				verdicts.add(verdict);
				hear(this.at + 1, analysis, verdict);
			}
		}
		return verdicts;
	}

	/**
	 * Leaves everything up to that place behind as proofs that hold would leave it.
	 * @param before called before each changeset
	 */
	void pass(int end, Runnable before) {
		for (; this.at < end; this.at++) {
			before.run();
			var analysis = this.range.changesets().get(this.at);
			if (takesPart(analysis)) {
				failing(() -> passed(analysis));
			}
		}
	}

	/**
	 * What the next changeset stands on: schema and rows, but for what time alone makes.
	 */
	String standing() {
		return failing(() -> this.state.digest((table) -> this.generator.columns(table)
			.stream()
			.filter((column) -> !OF_THE_MOMENT.contains(column.base()))
			.map(TableColumn::name)
			.toList()));
	}

	private void hear(int done, Analysis analysis, @Nullable ChangesetVerdict verdict) {
		this.options.heard().accept(new ProofProgress(done, this.range.total(), analysis.changeset(), verdict));
	}

	/** Whether it is to be proven; if not, it is applied already. */
	private boolean takesPart(Analysis analysis) {
		var id = analysis.changeset();
		var proving = this.at >= this.range.from();
		this.basis = Digests.sha256Hex("%s\n%s\n%s\n%s".formatted(this.basis, id, analysis.digest(), proving));
		if (proving && (this.options.only().isEmpty() || this.options.only().contains(id))) {
			return true;
		}
		if (!this.deployed.contains(id)) {
			this.roundTrip.applyOnly(analysis);
		}
		return false;
	}

	private Proven proven(Analysis analysis) throws SQLException {
		loadData();
		var skip = reasonToSkip(analysis);
		if (skip != null) {
			withoutCode(analysis);
			return Proven.of(ChangesetProof.skipped(skip));
		}
		var known = known(analysis);
		if (known != null) {
			var problem = this.roundTrip.applyOnly(analysis);
			return Proven.of((problem == null) ? known : ChangesetProof.skipped(problem));
		}
		bringRows(analysis);
		return this.roundTrip.walk(analysis).on(this.basis);
	}

	private boolean passed(Analysis analysis) throws SQLException {
		loadData();
		if (reasonToSkip(analysis) != null) {
			withoutCode(analysis);
		}
		else if (known(analysis) != null) {
			this.roundTrip.applyOnly(analysis);
		}
		else {
			bringRows(analysis);
			if (this.roundTrip.applyOnly(analysis) != null && this.samples.any()) {
				this.samples.leave();
				this.roundTrip.applyOnly(analysis);
			}
		}
		return true;
	}

	private void withoutCode(Analysis analysis) {
		if (!this.deployed.contains(analysis.changeset()) && analysis.leavesCodeOut()) {
			this.roundTrip.applyOnly(analysis);
		}
	}

	private @Nullable ChangesetProof known(Analysis analysis) {
		var known = this.options.known().get(analysis.changeset());
		return (known != null && this.basis.equals(known.basis())) ? known : null;
	}

	private void bringRows(Analysis analysis) throws SQLException {
		this.generator.goesOnAt(this.at);
		if (this.options.generateRows()) {
			this.samples.prepare(analysis);
		}
	}

	private @Nullable String reasonToSkip(Analysis analysis) {
		if (this.deployed.contains(analysis.changeset())) {
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

	private void loadData() {
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

	private static <T> T failing(Work<T> work) {
		try {
			return work.run();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The clone failed: " + ex.getMessage(), ex);
		}
	}

	@Override
	public void close() {
		close(this.open);
	}

	private static void close(Deque<AutoCloseable> open) {
		while (!open.isEmpty()) {
			try {
				open.pop().close();
			}
			catch (Exception ex) {
				// A session that is gone needs no closing.
			}
		}
	}

	@FunctionalInterface
	private interface Work<T> {

		T run() throws SQLException;

	}

}
