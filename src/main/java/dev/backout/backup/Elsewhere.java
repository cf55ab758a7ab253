package dev.backout.backup;

import java.time.Duration;
import java.util.List;

/** The second copies of a store's backups, in another place. */
public final class Elsewhere {

	private final BackupFiles files;

	private final CopyStore place;

	Elsewhere(BackupFiles files, CopyStore place) {
		this.files = files;
		this.place = place;
	}

	/** Where it is. */
	public String name() {
		return this.place.name();
	}

	/** Names of the backups that are complete there, oldest first. */
	public List<String> list() {
		return this.place.ids().stream().sorted().toList();
	}

	/** Copies a backup there, for as long as it is kept here. */
	public void copy(String id, Progress progress) {
		var stored = this.files.store().open(id);
		this.place.put(stored, this.files.retainUntil(id), progress);
	}

	/**
	 * Brings a backup back, or finds it here. It is listed once it is whole and its
	 * manifest is genuine.
	 */
	public Backup fetch(String id, Progress progress) {
		var store = this.files.store();
		if (store.ids().contains(id)) {
			return BackupFiles.backup(store.open(id), Duration.ZERO);
		}
		var from = System.nanoTime();
		return Doing.the("Fetching '%s'".formatted(id), () -> {
			try (var partial = store.begin(id)) {
				this.place.fetch(id, partial.directory(), progress);
				return BackupFiles.backup(partial.adopt(), Duration.ofNanos(System.nanoTime() - from));
			}
		});
	}

}
