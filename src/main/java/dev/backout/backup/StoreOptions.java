package dev.backout.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.backout.backup.copy.Pace;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * A directory of backups and what opens them, without the application's configuration.
 *
 * @param directory of the backups; created when the first is taken
 * @param key file with the key that signs manifests
 * @param workers connections that copy at the same time
 * @param engine {@code auto}, {@code copy} or {@code pg_dump}
 * @param tools directory of {@code pg_dump}, {@code null} to look in the usual places
 * @param encryptionKey by reference, {@code null} to leave new backups readable
 * @param formerKeys references of keys that older backups need
 */
public record StoreOptions(Path directory, Path key, int workers, String engine, @Nullable Path tools,
		@Nullable String encryptionKey, List<String> formerKeys) {

	public StoreOptions {
		formerKeys = List.copyOf(formerKeys);
		if (workers < 1 || workers > 64) {
			throw new Rejected("backup.workers", "Between 1 and 64 workers can copy, not %d".formatted(workers));
		}
	}

	CopySettings settings() {
		return new CopySettings(this.workers, engineOf(this.engine), this.tools,
				new SealKeys(this.encryptionKey, this.formerKeys), Pace.UNLIMITED);
	}

	private static CopySettings.Engine engineOf(String name) {
		return Stream.of(CopySettings.Engine.values())
			.filter((engine) -> engine.name().equalsIgnoreCase(name))
			.findFirst()
			.orElseThrow(() -> new Rejected("backup.engine",
					"There is no engine '%s': auto, copy or pg_dump".formatted(name)));
	}

	/**
	 * For backups that are there already: a new key would make all of them look forged.
	 * @throws Rejected {@code backup.key} when there is none
	 */
	StoreOptions demandKey() {
		if (Files.notExists(this.key)) {
			throw new Rejected("backup.key",
					"There is no key %s, and without the one that signed them no backup can be trusted: name its file with --key"
						.formatted(this.key));
		}
		return this;
	}

	/**
	 * As {@link #demandKey}, of a directory that is there.
	 * @throws Rejected {@code backup.store} when it is not
	 */
	StoreOptions demandDirectory() {
		if (!Files.isDirectory(this.directory)) {
			throw new Rejected("backup.store",
					"There is no directory %s with backups: name it with --store".formatted(this.directory));
		}
		return this;
	}

}
