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
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Executions of suites as they were, and how their results went over time. */
@Component
class SuiteRunHistory {

	/** A node that was not heard of for longer has died. */
	private static final String WORKS = "(finished_at is null and cancelled_at is null "
			+ "and coalesce(beat_at, started_at) > clock_timestamp() - interval '30 seconds')";

	private final JdbcClient jdbc;

	SuiteRunHistory(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Optional<SuiteRun> find(String id) {
		return list("id = :value", "seq", id, 1).stream().findFirst();
	}

	/** The one that somebody asked for and that works now. */
	Optional<SuiteRun> working(String suite, String target) {
		return list("run is null and suite || ' ' || target = :value and " + WORKS, "seq", suite + " " + target, 1)
			.stream()
			.findFirst();
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

	List<CheckResult> results(String id) {
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
