package dev.backout.run;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.backout.backup.Backups;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.playbook.PlaybookVersion;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Runs that back up what another run has migrated. They are of their own, so that no
 * migration waits for a backup; each migrating step gets one, however often it is asked
 * for.
 */
@Component
public class AfterMigrations {

	/** What was seen to have changed the target; a step that refused at once did not. */
	private static final String MIGRATED = """
			step.run = :run and step.type in ('migration.apply', 'migration.revert')
			and step.state <> 'SKIPPED' and (step.state <> 'REFUSED' or step.progress_done > 0)
			""";

	private final JdbcClient jdbc;

	private final RunTable table;

	private final ScheduledRuns scheduled;

	private final Timeline timeline;

	private final Ledger ledger;

	private final ObjectProvider<Backups> backups;

	AfterMigrations(JdbcClient jdbc, RunTable table, ScheduledRuns scheduled, Timeline timeline, Ledger ledger,
			ObjectProvider<Backups> backups) {
		this.jdbc = jdbc;
		this.table = table;
		this.scheduled = scheduled;
		this.timeline = timeline;
		this.ledger = ledger;
		this.backups = backups;
	}

	/**
	 * The run, when it has migrated its target since it was last backed up for that. Only
	 * a real one: clones are thrown away.
	 */
	public Optional<Run> due(RunId run) {
		var backups = this.backups.getIfAvailable();
		if (backups != null && !backups.afterMigration()) {
			return Optional.empty();
		}
		var due = this.jdbc.sql("""
				select exists (select from backout.run_step step where %s and not exists (
					select from backout.run_after_migration known where known.step_key = step.key))
				""".formatted(MIGRATED)).param("run", run.value()).query(Boolean.class).single();
		return due ? this.table.find(run).filter((found) -> found.kind() == RunKind.REAL) : Optional.empty();
	}

	/** Writes down the run that backs up what {@code after} has migrated. */
	public Run begin(Run after, PlaybookVersion version) {
		var run = this.scheduled.begin(version, after.target() + ", migrated",
				"After '%s' migrated target '%s'".formatted(after.title(), after.target()),
				Map.of("target", after.target(), "after", after.id().toString()));
		this.jdbc.sql("""
				insert into backout.run_after_migration (step_key, run, target, backup_run)
				select step.key, step.run, :target, :backupRun from backout.run_step step where %s
				on conflict do nothing
				""".formatted(MIGRATED))
			.param("run", after.id().value())
			.param("target", after.target())
			.param("backupRun", run.id().value())
			.update();
		this.timeline.add(after.id(), "run.backed-up", ScheduledRuns.REQUESTER, null,
				"'%s' is backed up, and the backup verified, by a run of its own".formatted(after.target()));
		return run;
	}

	/** Nothing starts: the one who looks at the run has to know. */
	public void without(Run run, String why) {
		this.ledger.append(Deed.of("run.not-backed-up", ScheduledRuns.REQUESTER, run.id().toString(),
				Map.of("target", run.target(), "why", why)));
		this.timeline.add(run.id(), "run.not-backed-up", ScheduledRuns.REQUESTER, null,
				"'%s' is not backed up after the migration: %s".formatted(run.target(), why));
	}

	/** What the playbook knows from its start: owners are those of the release. */
	public Map<String, String> variables(Run run, Run after) {
		var variables = new HashMap<>(this.scheduled.variables(run, after.release()));
		variables.put("target", after.target());
		return variables;
	}

	/** Tells the run that was backed up what became of it. */
	public void ended(RunId backupRun, String outcome) {
		after(backupRun).ifPresent((after) -> this.timeline.add(after, "run.backed-up", ScheduledRuns.REQUESTER, null,
				"The backup after the migration: %s".formatted(outcome)));
	}

	/** Which run it backs up after. */
	public Optional<RunId> after(RunId backupRun) {
		return this.jdbc.sql("select run from backout.run_after_migration where backup_run = :run limit 1")
			.param("run", backupRun.value())
			.query(UUID.class)
			.optional()
			.map(RunId::new);
	}

	/** Which runs back up what this one has migrated, oldest first. */
	public List<Run> of(RunId run) {
		return this.jdbc.sql("select distinct backup_run from backout.run_after_migration where run = :run")
			.param("run", run.value())
			.query(UUID.class)
			.list()
			.stream()
			.flatMap((id) -> this.table.find(new RunId(id)).stream())
			.sorted(Comparator.comparing(Run::startedAt))
			.toList();
	}

}
