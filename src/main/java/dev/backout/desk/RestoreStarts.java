package dev.backout.desk;

import java.util.HashMap;
import java.util.Map;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.plan.Plans;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import org.springframework.stereotype.Component;

/**
 * Starts restores. Whom to tell and who approves is what the newest release says that is
 * deployed on the target: one that only lies in the catalogue has harmed nobody.
 */
@Component
public class RestoreStarts {

	/** The shipped playbook. */
	public static final String PLAYBOOK = "restore-from-backup";

	private final Backups backups;

	private final Releases releases;

	private final Plans plans;

	private final Runs runs;

	RestoreStarts(Backups backups, Releases releases, Plans plans, Runs runs) {
		this.backups = backups;
		this.releases = releases;
		this.plans = plans;
		this.runs = runs;
	}

	/**
	 * Starts a restore of a backup in the place of its target.
	 * @throws Rejected {@code backup.unknown}, {@code restore.no-release}, and whatever
	 * starting a run refuses
	 */
	public RunId start(String id, Severity severity, String reason, Person by) {
		var backup = this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
		if (!backup.whole()) {
			throw new Rejected("backup.partial",
					"Backup '%s' has the rows of %s only and cannot take the place of the database: choose a whole one, or put these tables back in place (backup restore --table)"
						.formatted(id, String.join(", ", backup.tables())));
		}
		var variables = new HashMap<>(Map.of("backupId", backup.id()));
		return this.runs.start(new RunRequest(PLAYBOOK, RunKind.REAL, release(backup).id(), backup.target(), severity,
				reason.strip(), null, variables), by);
	}

	private Release release(Backup backup) {
		var releases = this.releases.ofTarget(backup.target());
		if (releases.isEmpty()) {
			throw new Rejected("restore.no-release",
					"The catalogue knows no release on target '%s', so nobody knows whom to tell: add one, or use the command line"
						.formatted(backup.target()));
		}
		for (int i = releases.size() - 1; i > 0; i--) {
			if (mayBeDeployed(releases.get(i), backup.target())) {
				return releases.get(i);
			}
		}
		return releases.get(0);
	}

	/** A target that cannot tell is no reason not to restore it. */
	private boolean mayBeDeployed(Release release, String target) {
		try {
			this.plans.compute(release.id(), target);
			return true;
		}
		catch (Rejected ex) {
			return !ex.code().equals("plan.nothing-deployed");
		}
		catch (RuntimeException ex) {
			return true;
		}
	}

}
