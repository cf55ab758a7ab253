package dev.backout.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.backout.database.Targets;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Takes, verifies and restores, and writes down that it did. */
@Component
class StoredBackups implements Backups {

	private final Targets targets;

	private final BackupFiles files;

	private final BackupRecords records;

	private final BackupProperties properties;

	private final ObjectProvider<RowRules> rules;

	private final ObjectProvider<FlagStates> flags;

	StoredBackups(Targets targets, BackupFiles files, BackupRecords records, BackupProperties properties,
			ObjectProvider<RowRules> rules, ObjectProvider<FlagStates> flags) {
		this.targets = targets;
		this.files = files;
		this.records = records;
		this.properties = properties;
		this.rules = rules;
		this.flags = flags;
	}

	@Override
	public Backup take(String target, List<String> tables, String key, String run, Progress progress) {
		var from = System.nanoTime();
		var stored = this.files.takeStored(this.targets.named(target), tables, key, this.properties.retention(),
				this.flags.getIfAvailable(), progress);
		return this.records.taken(stored, run, Duration.ofNanos(System.nanoTime() - from));
	}

	@Override
	public Backup takeAside(String target, String key, String run, Progress progress) {
		try (var watch = new GivingWay(this.targets.named(target), progress)) {
			return take(target, List.of(), key, run, watch);
		}
	}

	@Override
	public boolean afterMigration() {
		return this.properties.afterMigration();
	}

	@Override
	public Verification verify(String id, String run, Scrutiny scrutiny, Progress progress) {
		var stored = this.files.store().open(id);
		var server = this.targets.named(stored.manifest().source().target());
		return this.records.verified(stored, run,
				this.files.verify(stored, server, scrutiny, this.rules.getIfAvailable(() -> RowRules.NONE), progress));
	}

	@Override
	public Restoration restore(String id, String target, String run, Progress progress) {
		return this.records.restored(id, run).orElseGet(() -> {
			var restoration = this.files.restore(id, this.targets.named(target), run, progress);
			return this.records.restored(this.files.store().open(id), target, run, restoration);
		});
	}

	@Override
	public List<Backup> list() {
		return this.records.list();
	}

	@Override
	public Optional<Backup> find(String id) {
		return this.records.find(id);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(BackupProperties.class)
	static class Files {

		@Bean
		BackupFiles backupFiles(BackupProperties properties, Clock clock, @Value("${backout.data-dir}") Path data) {
			var key = Objects.requireNonNullElseGet(properties.keyFile(), () -> data.resolve("backup.key"));
			var directory = Objects.requireNonNullElseGet(properties.directory(), () -> data.resolve("backups"));
			return new BackupFiles(new FileStore(directory, ManifestKey.in(key)), properties.settings(), clock);
		}

	}

}
