package dev.backout.backup;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Backups.
 *
 * @param directory where they are kept; default {@code backups} in the data directory
 * @param keyFile key that signs their manifests; default {@code backup.key} in the data
 * directory. Nodes of one installation share it
 * @param retention how long a backup cannot be deleted
 * @param workers connections that copy at the same time
 */
@ConfigurationProperties("backout.backup")
record BackupProperties(@Nullable Path directory, @Nullable Path keyFile, @DefaultValue("30d") Duration retention,
		@DefaultValue("2") int workers) {
}
