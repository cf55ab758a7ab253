package dev.backout.check;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down executions of suites and their results. */
@Component
class SuiteRunStore {

	private final JdbcClient jdbc;

	private final SuiteRunHistory history;

	private final TransactionTemplate transactions;

	private final JdbcDeviations deviations;

	private final Ledger ledger;

	SuiteRunStore(JdbcClient jdbc, SuiteRunHistory history, TransactionTemplate transactions, JdbcDeviations deviations,
			Ledger ledger) {
		this.jdbc = jdbc;
		this.history = history;
		this.transactions = transactions;
		this.deviations = deviations;
		this.ledger = ledger;
	}

	/**
	 * Forgets what an earlier try with the same key left unfinished.
	 * @throws Rejected {@code check-run.active} if somebody's run of the suite on that
	 * target is at work
	 */
	void begin(String id, Suite suite, SuiteRequest request, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			if (request.run() == null) {
				refuseASecond(suite, request);
			}
			this.jdbc.sql("delete from backout.check_run where step_key = :key and finished_at is null")
				.param("key", request.key())
				.update();
			this.jdbc
				.sql("""
						insert into backout.check_run (id, step_key, suite, suite_version, suite_digest, target, stands_for,
							release, run, occasion, actor, total, started_at, beat_at)
						values (:id, :key, :suite, :version, :digest, :target, :standsFor, :release, :run, :occasion, :actor,
							:total, :now, clock_timestamp())""")
				.param("id", id)
				.param("key", request.key())
				.param("suite", suite.name())
				.param("version", suite.version())
				.param("digest", suite.digest())
				.param("target", request.target())
				.param("standsFor", request.standsFor())
				.param("release", request.release())
				.param("run", request.run())
				.param("occasion", request.occasion().name())
				.param("actor", request.actor())
				.param("total", suite.checks().size())
				.param("now", Json.time(now))
				.update();
		});
	}

	/** Two who ask at the same moment: the second waits here and is refused. */
	private void refuseASecond(Suite suite, SuiteRequest request) {
		this.jdbc.sql("select pg_advisory_xact_lock(hashtextextended('check ' || :suite || ' ' || :target, 0))")
			.param("suite", suite.name())
			.param("target", request.target())
			.query((row) -> {
			});
		this.history.working(suite.name(), request.target()).ifPresent((other) -> {
			throw new Rejected("check-run.active", "'%s' is at work on '%s' already, as check run %s: follow that one"
				.formatted(other.suite(), other.target(), other.id()));
		});
	}

	/** Says that somebody works; whether it is to end. */
	boolean beat(String id) {
		return this.jdbc.sql(
				"update backout.check_run set beat_at = clock_timestamp() where id = :id returning cancel_by is not null")
			.param("id", id)
			.query(Boolean.class)
			.optional()
			.orElse(true);
	}

	void at(String id, String check) {
		this.jdbc.sql("update backout.check_run set doing = :check, beat_at = clock_timestamp() where id = :id")
			.param("check", check)
			.param("id", id)
			.update();
	}

	/** Asks the node at work to end it. */
	boolean cancel(String id, String by) {
		return this.jdbc.sql("""
				update backout.check_run set cancel_by = coalesce(cancel_by, :by)
				where id = :id and finished_at is null and cancelled_at is null""")
			.param("by", by)
			.param("id", id)
			.update() == 1;
	}

	/**
	 * Versions of suites that the state before the request's release was recorded with.
	 */
	Map<String, Integer> pinned(SuiteRequest request) {
		if (request.release() == null) {
			return Map.of();
		}
		return this.jdbc.sql("""
				select suites::text from backout.check_baseline
				where target = :target and name = 'before-' || :release""")
			.param("target", request.subject())
			.param("release", request.release())
			.query(String.class)
			.optional()
			.map((json) -> Json.read(json, new TypeReference<Map<String, Integer>>() {
			}))
			.orElse(Map.of());
	}

	void add(String id, int position, CheckResult result) {
		this.jdbc
			.sql("""
					insert into backout.check_result (check_run, position, name, kind, severity, owner, outcome, value,
						minimum, summary, evidence, more, query, took_ms, before_run, before_outcome, before_value,
						rehearsed_run, rehearsed_outcome, rehearsed_value)
					values (:id, :position, :name, :kind, :severity, :owner, :outcome, :value, :minimum, :summary,
						:evidence::jsonb, :more, :query, :took, :beforeRun, :before, :valueBefore, :rehearsedRun, :rehearsed,
						:valueRehearsed)""")
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
			.param("beforeRun", (result.before() != null) ? result.before().run() : null)
			.param("before", (result.before() != null) ? result.before().outcome().name() : null)
			.param("valueBefore", (result.before() != null) ? result.before().value() : null)
			.param("rehearsedRun", (result.rehearsed() != null) ? result.rehearsed().run() : null)
			.param("rehearsed", (result.rehearsed() != null) ? result.rehearsed().outcome().name() : null)
			.param("valueRehearsed", (result.rehearsed() != null) ? result.rehearsed().value() : null)
			.update();
	}

	/**
	 * Ends the run, opens and mends deviations, and records it, all in one. What holds is
	 * closed with it.
	 */
	SuiteRun finish(String id, SuiteRequest request, Suite suite, List<CheckResult> results, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			var passed = results.stream().filter((result) -> result.outcome() == Outcome.PASS).count();
			this.jdbc.sql("""
					update backout.check_run set finished_at = :now, doing = null, closed_at = :closed, closed_by = :by
					where id = :id""")
				.param("now", Json.time(now))
				.param("closed", (passed == results.size()) ? Json.time(now) : null)
				.param("by", (passed == results.size()) ? "system" : null)
				.param("id", id)
				.update();
			settle(id, request, results, now);
			this.ledger.append(new Deed("check.finished", request.actor(), (request.run() != null) ? request.run() : id,
					facts(id, request, suite, results), suite.digest(), digest(results)));
		});
		return this.history.find(id).orElseThrow();
	}

	/**
	 * What was below its minimum by then still needs its cause, unless a step asks again.
	 */
	void cancelled(String id, SuiteRequest request, Suite suite, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			var by = this.jdbc.sql(
					"update backout.check_run set cancelled_at = :now, doing = null where id = :id returning coalesce(cancel_by, 'system')")
				.param("now", Json.time(now))
				.param("id", id)
				.query(String.class)
				.optional();
			if (by.isEmpty() || request.key() != null) {
				return;
			}
			var results = this.history.results(id);
			settle(id, request, results, now);
			this.ledger.append(new Deed("check.cancelled", by.get(), id, facts(id, request, suite, results),
					suite.digest(), digest(results)));
		});
	}

	private void settle(String id, SuiteRequest request, List<CheckResult> results, Instant now) {
		this.deviations.settleOrOpen(id, request, results, now)
			.forEach((check, deviation) -> this.jdbc
				.sql("update backout.check_result set deviation = :deviation where check_run = :id and name = :check")
				.param("deviation", deviation)
				.param("id", id)
				.param("check", check)
				.update());
	}

	private static Map<String, String> facts(String id, SuiteRequest request, Suite suite, List<CheckResult> results) {
		var passed = results.stream().filter((result) -> result.outcome() == Outcome.PASS).count();
		return Map.of("suite", suite.name(), "version", String.valueOf(suite.version()), "target", request.target(),
				"occasion", request.occasion().name(), "checkRun", id, "passed", String.valueOf(passed), "below",
				String.valueOf(results.size() - passed));
	}

	/**
	 * Closes it, if each of its deviations is settled.
	 * @throws Rejected {@code check.unsettled}
	 */
	SuiteRun close(SuiteRun run, String person, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			this.deviations.requireSettledIn(run.id());
			int closed = this.jdbc.sql(
					"update backout.check_run set closed_at = :now, closed_by = :person where id = :id and closed_at is null")
				.param("now", Json.time(now))
				.param("person", person)
				.param("id", run.id())
				.update();
			if (closed == 1) {
				this.ledger.append(Deed.of("check.closed", person, run.id(),
						Map.of("checkRun", run.id(), "suite", run.suite(), "target", run.target())));
			}
		});
		return this.history.find(run.id()).orElseThrow();
	}

	private static String digest(List<CheckResult> results) {
		return Digests.sha256Hex(Json.write(results.stream()
			.map((result) -> List.of(result.check(), result.outcome().name(), String.valueOf(result.value()),
					result.evidence()))
			.toList()));
	}

}
