package dev.backout.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.backout.kernel.Digests;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps executions of suites and their results in our database. */
@Component
class SuiteRunStore {

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final JdbcDeviations deviations;

	private final Ledger ledger;

	SuiteRunStore(JdbcClient jdbc, TransactionTemplate transactions, JdbcDeviations deviations, Ledger ledger) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.deviations = deviations;
		this.ledger = ledger;
	}

	/** Forgets what an earlier try with the same key left unfinished. */
	void begin(String id, Suite suite, SuiteRequest request, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			this.jdbc.sql("delete from backout.check_run where step_key = :key and finished_at is null")
				.param("key", request.key())
				.update();
			this.jdbc.sql("""
					insert into backout.check_run (id, step_key, suite, suite_version, suite_digest, target, release,
						run, actor, total, started_at)
					values (:id, :key, :suite, :version, :digest, :target, :release, :run, :actor, :total, :now)""")
				.param("id", id)
				.param("key", request.key())
				.param("suite", suite.name())
				.param("version", suite.version())
				.param("digest", suite.digest())
				.param("target", request.target())
				.param("release", request.release())
				.param("run", request.run())
				.param("actor", request.actor())
				.param("total", suite.checks().size())
				.param("now", Json.time(now))
				.update();
		});
	}

	void add(String id, int position, CheckResult result) {
		this.jdbc.sql("""
				insert into backout.check_result (check_run, position, name, kind, severity, owner, outcome, value,
					minimum, summary, evidence, more, query, took_ms, before_outcome, before_value)
				values (:id, :position, :name, :kind, :severity, :owner, :outcome, :value, :minimum, :summary,
					:evidence::jsonb, :more, :query, :took, :before, :valueBefore)""")
			.param("id", id)
			.param("position", position)
			.param("name", result.check())
			.param("kind", result.kind().id())
			.param("severity", result.severity())
			.param("owner", result.owner())
			.param("outcome", result.outcome().name())
			.param("value", result.value())
			.param("minimum", result.minimum())
			.param("summary", result.summary())
			.param("evidence", Json.write(result.evidence()))
			.param("more", result.more())
			.param("query", result.query())
			.param("took", result.took().toMillis())
			.param("before", (result.before() != null) ? result.before().name() : null)
			.param("valueBefore", result.valueBefore())
			.update();
	}

	/** Ends the run, opens and mends deviations, and records it, all in one. */
	SuiteRun finish(String id, SuiteRequest request, Suite suite, List<CheckResult> results, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			this.jdbc.sql("update backout.check_run set finished_at = :now where id = :id")
				.param("now", Json.time(now))
				.param("id", id)
				.update();
			this.deviations.settleOrOpen(id, request, results, now);
			var passed = results.stream().filter((result) -> result.outcome() == Outcome.PASS).count();
			this.ledger.append(new Deed("check.finished", request.actor(), (request.run() != null) ? request.run() : id,
					Map.of("suite", suite.name(), "version", String.valueOf(suite.version()), "target",
							request.target(), "checkRun", id, "passed", String.valueOf(passed), "below",
							String.valueOf(results.size() - passed)),
					suite.digest(), digest(results)));
		});
		return find(id).orElseThrow();
	}

	private static String digest(List<CheckResult> results) {
		return Digests.sha256Hex(Json.write(results.stream()
			.map((result) -> List.of(result.check(), result.outcome().name(), String.valueOf(result.value()),
					result.evidence()))
			.toList()));
	}

	Optional<SuiteRun> find(String id) {
		return list("id = :value", "seq", id, 1).stream().findFirst();
	}

	Optional<SuiteRun> finished(String key) {
		return list("step_key = :value and finished_at is not null", "seq", key, 1).stream().findFirst();
	}

	List<SuiteRun> recent(String target, int limit) {
		return list("target = :value", "seq desc", target, limit);
	}

	List<SuiteRun> of(String run) {
		return list("run = :value", "seq", run, 1000);
	}

	/** Results of the last finished run of the suite on the target, by check. */
	Map<String, CheckResult> last(String target, String suite) {
		var results = new HashMap<String, CheckResult>();
		this.jdbc.sql("""
				select id from backout.check_run where target = :target and suite = :suite and finished_at is not null
				order by seq desc limit 1""")
			.param("target", target)
			.param("suite", suite)
			.query(String.class)
			.optional()
			.ifPresent((id) -> results(id).forEach((result) -> results.put(result.check(), result)));
		return results;
	}

	/** The condition and the order are ours, never from outside. */
	private List<SuiteRun> list(String condition, String order, String value, int limit) {
		return this.jdbc.sql("""
				select id, suite, suite_version, target, release, run, actor, total, started_at, finished_at
				from backout.check_run where %s order by %s limit :limit""".formatted(condition, order))
			.param("value", value)
			.param("limit", limit)
			.query((row, number) -> new SuiteRun(row.getString("id"), row.getString("suite"),
					row.getInt("suite_version"), row.getString("target"), row.getString("release"),
					row.getString("run"), row.getString("actor"), row.getInt("total"),
					Json.someInstant(row, "started_at"), Json.instant(row, "finished_at"),
					results(row.getString("id"))))
			.list();
	}

	private List<CheckResult> results(String id) {
		return this.jdbc.sql("""
				select name, kind, severity, owner, outcome, value, minimum, summary, evidence::text, more, query,
					took_ms, before_outcome, before_value
				from backout.check_result where check_run = :id order by position""")
			.param("id", id)
			.query((row, number) -> result(row))
			.list();
	}

	private static CheckResult result(ResultSet row) throws SQLException {
		return new CheckResult(row.getString("name"), CheckKind.of(row.getString("kind")), row.getString("severity"),
				row.getString("owner"), Outcome.valueOf(row.getString("outcome")), row.getString("value"),
				row.getString("minimum"), row.getString("summary"),
				Json.read(row.getString("evidence"), new TypeReference<List<Map<String, String>>>() {
				}), row.getLong("more"), row.getString("query"), Duration.ofMillis(row.getLong("took_ms")),
				outcome(row.getString("before_outcome")), row.getString("before_value"));
	}

	private static @Nullable Outcome outcome(@Nullable String name) {
		return (name != null) ? Outcome.valueOf(name) : null;
	}

}
