package dev.backout.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.backout.backup.copy.Pace;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Backups.
 *
 * @param directory where they are kept; default {@code backups} in the data directory
 * @param keyFile key that signs their manifests; default {@code backup.key} in the data
 * directory. Nodes of one installation share it
 * @param retention how long a backup cannot be deleted
 * @param workers connections that copy at the same time
 * @param engine what writes them: {@code copy} needs no tools, {@code pg_dump} is
 * PostgreSQL's own, {@code auto} takes that where a fitting version is installed and
 * nothing is asked of it that it cannot do
 * @param pgDump directory of {@code pg_dump} and {@code pg_restore}; default the search
 * path and the usual places
 * @param encryptionKey key that new backups are encrypted with, by reference:
 * {@code file:/path} or {@code env:NAME} of 32 bytes in base64 or hexadecimal; none
 * leaves them readable
 * @param formerEncryptionKeys references of keys that older backups need
 * @param bytesPerSecond how much all workers together may read from a database, such as
 * {@code 20MB}; 0 for no limit
 * @param afterMigration whether a backup is taken and verified by itself after a run that
 * migrated its target
 */
@ConfigurationProperties("backout.backup")
record BackupProperties(@Nullable Path directory, @Nullable Path keyFile, @DefaultValue("30d") Duration retention,
		@DefaultValue("2") int workers, @DefaultValue("auto") CopySettings.Engine engine, @Nullable Path pgDump,
		@Nullable String encryptionKey, @DefaultValue List<String> formerEncryptionKeys,
		@DefaultValue("0B") DataSize bytesPerSecond, @DefaultValue("true") boolean afterMigration) {

	CopySettings settings() {
		return new CopySettings(this.workers, this.engine, this.pgDump,
				new SealKeys(this.encryptionKey, this.formerEncryptionKeys), Pace.of(this.bytesPerSecond.toBytes()));
	}

}
