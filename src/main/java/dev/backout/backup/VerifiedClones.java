package dev.backout.backup;

import java.util.Optional;

import dev.backout.database.Clones;
import dev.backout.database.Targets;
import org.springframework.stereotype.Component;

/** Copies of targets from their newest verified backups. */
@Component
class VerifiedClones implements Clones {

	private final Backups backups;

	private final BackupFiles files;

	private final Targets targets;

	VerifiedClones(Backups backups, BackupFiles files, Targets targets) {
		this.backups = backups;
		this.files = files;
		this.targets = targets;
	}

	@Override
	public Optional<Clone> newest(String target, Runnable progress) {
		return this.backups.list()
			.stream()
			.filter((backup) -> backup.target().equals(target) && backup.whole() && backup.verified())
			.findFirst()
			.map((backup) -> new Clone(
					this.files.scratch(backup.id(), this.targets.named(target), "proof", told(progress)), backup.id(),
					backup.takenAt()));
	}

	private static Progress told(Runnable progress) {
		return new Progress() {

			@Override
			public void at(long done, long total, String unit) {
				progress.run();
			}

			@Override
			public void checkpoint() {
				progress.run();
			}

		};
	}

}
