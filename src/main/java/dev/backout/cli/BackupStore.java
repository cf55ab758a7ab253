package dev.backout.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

import dev.backout.backup.BackupFiles;
import dev.backout.backup.StoreOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where backups are, and the keys that open them. */
class BackupStore {

	@Option(names = "--store", paramLabel = "DIR",
			description = "Directory of the backups. Default: backups in the data directory.")
	@Nullable Path directory;

	@Option(names = "--key", paramLabel = "FILE",
			description = "Key that signs the manifests. Default: backup.key in the data directory.")
	@Nullable Path key;

	@Option(names = "--encryption-key", paramLabel = "REF",
			description = "Key that encrypts new backups and opens those that it encrypted, file:/path or env:NAME of 32 bytes in base64 or hexadecimal.")
	@Nullable String encryptionKey;

	@Option(names = "--former-encryption-key", paramLabel = "REF",
			description = "Key that opens older backups; may be repeated.")
	List<String> formerKeys = List.of();

	@Option(names = "--workers", defaultValue = "2",
			description = "Connections that copy at the same time. Default: ${DEFAULT-VALUE}.")
	int workers = 2;

	@Option(names = "--pg-dump", paramLabel = "DIR",
			description = "Directory of pg_dump and pg_restore. Default: the search path and the usual places.")
	@Nullable Path tools;

	/** For new backups; the key is made if it is missing. */
	BackupFiles toFill(Path data, String engine) {
		return BackupFiles.toFill(options(data, engine), Clock.systemUTC());
	}

	/** For those that are there: without directory or key it says so. */
	BackupFiles toRead(Path data) {
		return BackupFiles.toRead(options(data, "auto"), Clock.systemUTC());
	}

	/** For those that come from elsewhere: the directory may be new, the key may not. */
	BackupFiles toFetch(Path data) {
		return BackupFiles.toFetch(options(data, "auto"), Clock.systemUTC());
	}

	private StoreOptions options(Path data, String engine) {
		return new StoreOptions(Objects.requireNonNullElseGet(this.directory, () -> data.resolve("backups")),
				Objects.requireNonNullElseGet(this.key, () -> data.resolve("backup.key")), this.workers, engine,
				this.tools, this.encryptionKey, this.formerKeys);
	}

}
