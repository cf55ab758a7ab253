package dev.backout.desk;

import java.util.List;
import java.util.Map;

import dev.backout.backup.Backups;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import org.springframework.stereotype.Component;

/**
 * Starts backups and verifications that somebody asks for: the playbooks of the schedule,
 * for one target or one backup, so that they are seen, recorded and tried again in the
 * same way. Such a run belongs to no release: a rollback is not held up by it.
 */
@Component
public class BackupStarts {

	/** Takes, verifies, copies and retires. */
	public static final String BACKUP = "scheduled-backup";

	/** Restores and compares. */
	public static final String DRILL = "restore-drill";

	/** The input by which both are told what alone they are about. */
	private static final String ONLY = "only";

	private final Backups backups;

	private final Targets targets;

	private final Runs runs;

	BackupStarts(Backups backups, Targets targets, Runs runs) {
		this.backups = backups;
		this.targets = targets;
		this.runs = runs;
	}

	/** Names of what can be backed up. */
	public List<String> targets() {
		return this.targets.all().stream().map(Target::name).toList();
	}

	/**
	 * Starts a backup, which is verified at once.
	 * @throws Rejected {@code target.unknown}, {@code backup.reason}, and whatever
	 * starting a run refuses
	 */
	public RunId take(String target, String reason, Person by) {
		return start(BACKUP, this.targets.named(target).name(), target, reason, by);
	}

	/**
	 * Starts a verification of a backup that is there.
	 * @throws Rejected {@code backup.unknown}, {@code backup.reason}, and whatever
	 * starting a run refuses
	 */
	public RunId verify(String id, String reason, Person by) {
		var backup = this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
		return start(DRILL, backup.target(), backup.id(), reason, by);
	}

	private RunId start(String playbook, String target, String only, String reason, Person by) {
		if (reason.isBlank() || reason.length() > 500) {
			throw new Rejected("backup.reason", "Say why, in up to 500 characters");
		}
		return this.runs.start(new RunRequest(playbook, RunKind.REAL, "", target, Severity.SEV5, reason.strip(), null,
				Map.of(ONLY, only)), by);
	}

}
