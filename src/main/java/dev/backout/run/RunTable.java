package dev.backout.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import dev.backout.playbook.PlaybookVersion;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The runs themselves; where one stands is derived, so it cannot be out of date. */
@Component
class RunTable {

	private static final String RUNS = """
			select run.*, case
				when ended_at is not null then state
				when exists (select from backout.run_step step where step.run = run.id and step.state = 'FAILED') then 'STUCK'
				when exists (select from backout.run_element element
					where element.run = run.id and kind = 'STEP' and entered > done + cancelled) then 'RUNNING'
				when exists (select from backout.inbox task where task.run = run.id and closed_at is null) then 'WAITING'
				else 'RUNNING' end as stands
			from backout.run run
			""";

	private final JdbcClient jdbc;

	RunTable(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	void add(Run run) throws DuplicateKeyException {
		this.jdbc.sql("""
				insert into backout.run (id, kind, playbook, playbook_version, playbook_title, playbook_digest, release,
					target, requester, commander, severity, reason, plan_digest, started_at)
				values (:id, :kind, :playbook, :version, :title, :digest, :release, :target, :requester, :commander,
					:severity, :reason, :planDigest, :startedAt)
				""")
			.param("id", run.id().value())
			.param("kind", run.kind().name())
			.param("playbook", run.playbook().id())
			.param("version", run.playbook().version())
			.param("title", run.playbook().title())
			.param("digest", run.playbook().digest())
			.param("release", run.release())
			.param("target", run.target())
			.param("requester", run.requester())
			.param("commander", run.commander())
			.param("severity", run.severity().name())
			.param("reason", run.reason())
			.param("planDigest", run.planDigest())
			.param("startedAt", run.startedAt().atOffset(java.time.ZoneOffset.UTC))
			.update();
	}

	Optional<Run> find(RunId id) {
		return this.jdbc.sql(RUNS + "where id = :id").param("id", id.value()).query(RunTable::run).optional();
	}

	Optional<Run> active(RunKind kind, String release, String target) {
		return this.jdbc
			.sql(RUNS + "where ended_at is null and kind = :kind and release = :release and target = :target")
			.param("kind", kind.name())
			.param("release", release)
			.param("target", target)
			.query(RunTable::run)
			.optional();
	}

	List<Run> recent(int atMost) {
		return this.jdbc.sql(RUNS + "order by ended_at is not null, started_at desc limit :atMost")
			.param("atMost", atMost)
			.query(RunTable::run)
			.list();
	}

	void commander(RunId id, String person) {
		this.jdbc.sql("update backout.run set commander = :person where id = :id")
			.param("person", person)
			.param("id", id.value())
			.update();
	}

	void playbook(RunId id, PlaybookVersion version) {
		this.jdbc.sql("""
				update backout.run set playbook_version = :version, playbook_title = :title, playbook_digest = :digest
				where id = :id
				""")
			.param("version", version.version())
			.param("title", version.title())
			.param("digest", version.digest())
			.param("id", id.value())
			.update();
	}

	void abortPending(RunId id, String by, String reason) {
		this.jdbc.sql("""
				update backout.run set abort_pending = true, abort_by = :by, abort_reason = :reason where id = :id
				""").param("by", by).param("reason", reason).param("id", id.value()).update();
	}

	private static Run run(ResultSet row, int number) throws SQLException {
		var playbook = new PlaybookVersion(row.getString("playbook"), row.getInt("playbook_version"),
				row.getString("playbook_title"), row.getString("playbook_digest"));
		return new Run(Rows.runId(row, "id"), RunKind.valueOf(row.getString("kind")), playbook,
				row.getString("release"), row.getString("target"), row.getString("requester"),
				row.getString("commander"), Severity.valueOf(row.getString("severity")), row.getString("reason"),
				row.getString("plan_digest"), RunState.valueOf(row.getString("stands")),
				Rows.instant(row, "started_at"), Rows.optionalInstant(row, "ended_at"), row.getString("outcome"));
	}

}
