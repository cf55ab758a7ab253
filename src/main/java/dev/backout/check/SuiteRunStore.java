package dev.backout.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps executions of suites and their results in our database. */
@Component
class SuiteRunStore {

	/** A node that was not heard of for longer has died. */
	private static final String WORKS = "(finished_at is null and cancelled_at is null "
			+ "and coalesce(beat_at, started_at) > clock_timestamp() - interval '30 seconds')";

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
		list("run is null and suite || ' ' || target = :value and " + WORKS, "seq",
				suite.name() + " " + request.target(), 1)
			.forEach((other) -> {
				throw new Rejected("check-run.active",
						"'%s' is at work on '%s' already, as check run %s: follow that one".formatted(other.suite(),
								other.target(), other.id()));
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
		return find(id).orElseThrow();
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
			var results = results(id);
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
		return find(run.id()).orElseThrow();
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

	/**
	 * Results of the last finished run before this one, of rehearsals or of the real
	 * thing, by check. The rehearsal of the same release is nearer than a newer one.
	 */
	Map<String, Earlier> last(String id, SuiteRequest request, boolean rehearsals) {
		var name = request.suite().contains("@") ? request.suite().substring(0, request.suite().indexOf('@'))
				: request.suite();
		var found = new HashMap<String, Earlier>();
		this.jdbc.sql("""
				select id from backout.check_run
				where coalesce(stands_for, target) = :subject and suite = :suite and finished_at is not null
					and (occasion <> 'REAL' or stands_for is not null) = :rehearsals and id <> :id
				order by (:rehearsals and release is not distinct from :release) desc, seq desc limit 1""")
			.param("subject", request.subject())
			.param("suite", name)
			.param("rehearsals", rehearsals)
			.param("release", request.release(), java.sql.Types.VARCHAR)
			.param("id", id)
			.query(String.class)
			.optional()
			.ifPresent((run) -> results(run)
				.forEach((result) -> found.put(result.check(), new Earlier(run, result.outcome(), result.value()))));
		return found;
	}

	/** How each check of the run's suite went there, up to this run, oldest first. */
	Map<String, Trend> trends(SuiteRun run, int limit) {
		var points = new HashMap<String, ArrayList<Trend.Point>>();
		this.jdbc.sql("""
				select r.name, c.id, c.started_at, r.outcome, r.value
				from (select id, seq, started_at from backout.check_run
					where coalesce(stands_for, target) = :subject and suite = :suite and finished_at is not null
						and (occasion <> 'REAL' or stands_for is not null) = :rehearsal
						and seq <= (select seq from backout.check_run where id = :id)
					order by seq desc limit :limit) c
				join backout.check_result r on r.check_run = c.id
				order by c.seq""")
			.param("subject", (run.standsFor() != null) ? run.standsFor() : run.target())
			.param("suite", run.suite())
			.param("rehearsal", run.occasion() != Occasion.REAL || run.standsFor() != null)
			.param("id", run.id())
			.param("limit", limit)
			.query((row) -> {
				points.computeIfAbsent(row.getString("name"), (name) -> new ArrayList<>())
					.add(new Trend.Point(row.getString("id"), Json.someInstant(row, "started_at"),
							Outcome.valueOf(row.getString("outcome")), row.getString("value")));
			});
		var trends = new HashMap<String, Trend>();
		points.forEach((check, list) -> trends.put(check, new Trend(check, list)));
		return trends;
	}

	List<SuiteOverview> overview(int limit) {
		return this.jdbc.sql("select distinct target, suite from backout.check_run order by target, suite")
			.query((row, number) -> overview(row.getString("target"), row.getString("suite"), limit))
			.list();
	}

	private SuiteOverview overview(String target, String suite, int limit) {
		var course = new ArrayList<SuiteOverview.Mark>();
		this.jdbc.sql("""
				select c.id, c.started_at, count(r.*) filter (where r.outcome = 'PASS') as passed, count(r.*) as total
				from (select id, seq, started_at from backout.check_run
					where target = :target and suite = :suite and finished_at is not null
					order by seq desc limit :limit) c
				left join backout.check_result r on r.check_run = c.id
				group by c.id, c.seq, c.started_at order by c.seq""")
			.param("target", target)
			.param("suite", suite)
			.param("limit", limit)
			.query((row) -> {
				course.add(new SuiteOverview.Mark(row.getString("id"), Json.someInstant(row, "started_at"),
						row.getInt("passed"), row.getInt("total")));
			});
		var last = list("target || ' ' || suite = :value", "seq desc", target + " " + suite, 1).get(0);
		return new SuiteOverview(suite, target, last, since(course), course);
	}

	private static @Nullable Instant since(List<SuiteOverview.Mark> course) {
		Instant since = null;
		for (int index = course.size() - 1; index >= 0; index--) {
			if (course.get(index).held() != course.get(course.size() - 1).held()) {
				break;
			}
			since = course.get(index).at();
		}
		return since;
	}

	/** The condition and the order are ours, never from outside. */
	private List<SuiteRun> list(String condition, String order, String value, int limit) {
		return this.jdbc.sql("""
				select id, suite, suite_version, target, stands_for, release, run, occasion, actor, total, doing,
					started_at, finished_at, closed_at, closed_by, case when cancelled_at is not null
						then coalesce(cancel_by, 'system') end as cancelled_by,
					case when finished_at is not null then 'FINISHED' when cancelled_at is not null then 'CANCELLED'
						when %s then 'RUNNING' else 'CUT_SHORT' end as state
				from backout.check_run where %s order by %s limit :limit""".formatted(WORKS, condition, order))
			.param("value", value)
			.param("limit", limit)
			.query((row, number) -> new SuiteRun(row.getString("id"), row.getString("suite"),
					row.getInt("suite_version"), row.getString("target"), row.getString("stands_for"),
					row.getString("release"), row.getString("run"), Occasion.valueOf(row.getString("occasion")),
					row.getString("actor"), SuiteRun.State.valueOf(row.getString("state")), row.getInt("total"),
					row.getString("doing"), Json.someInstant(row, "started_at"), Json.instant(row, "finished_at"),
					row.getString("cancelled_by"), Json.instant(row, "closed_at"), row.getString("closed_by"),
					results(row.getString("id"))))
			.list();
	}

	private List<CheckResult> results(String id) {
		return this.jdbc.sql("""
				select name, kind, severity, owner, outcome, value, minimum, summary, evidence::text, more, query,
					took_ms, before_run, before_outcome, before_value, rehearsed_run, rehearsed_outcome,
					rehearsed_value, deviation
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
				earlier(row, "before"), earlier(row, "rehearsed"), row.getString("deviation"));
	}

	private static @Nullable Earlier earlier(ResultSet row, String when) throws SQLException {
		var outcome = row.getString(when + "_outcome");
		return (outcome == null) ? null : new Earlier(Objects.requireNonNullElse(row.getString(when + "_run"), ""),
				Outcome.valueOf(outcome), row.getString(when + "_value"));
	}

}
