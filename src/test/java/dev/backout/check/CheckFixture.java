package dev.backout.check;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import dev.backout.OwnTables;
import dev.backout.TestDatabase;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.HttpAccess;
import dev.backout.kernel.HttpCalls;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Everything around checks, with a target of its own. */
final class CheckFixture {

	static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

	final TestDatabase own = TestDatabase.create();

	final TestDatabase database = TestDatabase.create();

	final Target target = new Target("shop", this.database.url(), "postgres", Secret.of("postgres"));

	final List<Deed> deeds = new ArrayList<>();

	private final List<Suites.NamedText> files = new ArrayList<>();

	/** Who may own a check; while there is nobody, everybody may. */
	final java.util.SortedSet<String> known = new java.util.TreeSet<>();

	final Suites suites = new Suites(() -> List.copyOf(this.files), () -> this.known);

	private int version = 1;

	final JdbcClient jdbc;

	final JdbcDeviations deviations;

	final JdbcBaselines baselines;

	final SuiteRuns runs;

	CheckFixture(String... allowedHosts) {
		var dataSource = OwnTables.in(this.own, "090-check", "091-check-followed");
		this.jdbc = JdbcClient.create(dataSource);
		var transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		var clock = Clock.fixed(NOW, ZoneOffset.UTC);
		Ledger ledger = (deed) -> {
			this.deeds.add(deed);
			return this.deeds.size() - 1;
		};
		var targets = Targets.of(this.target);
		this.deviations = new JdbcDeviations(this.jdbc, transactions, ledger, clock);
		var editions = new Editions(this.jdbc, this.suites, clock);
		this.baselines = new JdbcBaselines(this.jdbc, transactions, targets, new BaselineReader(this.suites), editions,
				new JdbcBaselines.Recorder(ledger, clock));
		var calls = new HttpCalls(new HttpAccess(List.of(allowedHosts)));
		var probes = List.<Probe>of(new CatalogProbe(), new ReferenceProbe(), new AmcheckProbe(),
				new BaselineProbe(this.baselines), new BusinessRuleProbe(), new ReportProbe(this.baselines),
				new HttpProbe(calls));
		var history = new SuiteRunHistory(this.jdbc);
		this.runs = new SuiteRuns(editions, targets, probes,
				new SuiteRunStore(this.jdbc, history, transactions, this.deviations, ledger), history, clock);
	}

	/** Runs SQL in the target. */
	void execute(String sql) {
		try (var connection = this.target.open(); var statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Adds a suite, replacing all others. */
	void suite(String yaml) {
		this.files.clear();
		this.files.add(new Suites.NamedText("suite.yaml",
				yaml.replace("version: 1\n", "version: %d\n".formatted(this.version++))));
	}

	/** Adds a suite as it is written, replacing all others. */
	void exactSuite(String yaml) {
		this.files.clear();
		this.files.add(new Suites.NamedText("suite.yaml", yaml));
	}

	/** Runs one check of this kind with these lines below {@code kind}. */
	CheckResult check(String kind, String... lines) {
		suite(aSuite(kind, lines));
		return run().results().get(0);
	}

	static String aSuite(String kind, String... lines) {
		var yaml = new StringBuilder("""
				suite: one
				version: 1
				title: One check
				checks:
				  - name: it
				    severity: SEV2
				    owner: mira
				    kind: %s
				""".formatted(kind));
		for (var line : lines) {
			line.lines().forEach((text) -> yaml.append("    ").append(text).append('\n'));
		}
		return yaml.toString();
	}

	SuiteRun run() {
		return run("run-1");
	}

	SuiteRun run(String run) {
		return this.runs.run(SuiteRequest.of(newest(), "shop", "shop-2", "mira").in(run, null),
				SuiteRuns.Progress.NONE);
	}

	/** Whatever version a recorded state would ask for. */
	private String newest() {
		var suite = this.suites.all().get(0);
		return suite.name() + "@" + suite.version();
	}

}
