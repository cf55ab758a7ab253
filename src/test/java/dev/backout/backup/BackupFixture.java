package dev.backout.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.ledger.LedgerFixture;
import org.springframework.util.unit.DataSize;

/** Backups of target {@code shop}, without the application around them. */
final class BackupFixture {

	final Path directory;

	final TestDatabase shop;

	final Target target;

	final LedgerFixture own;

	final FileStore store;

	final BackupRecords records;

	final StoredBackups backups;

	BackupFixture(Path data, LedgerFixture own, TestDatabase shop) {
		this(data, own, shop, CopySettings.plain(2));
	}

	BackupFixture(Path data, LedgerFixture own, TestDatabase shop, CopySettings settings) {
		this.directory = data.resolve("backups");
		this.own = own;
		this.shop = shop;
		this.target = DatabaseFixture.aTarget(shop);
		this.store = new FileStore(this.directory, ManifestKey.in(data.resolve("backup.key")));
		this.records = new BackupRecords(own.jdbc, own.transaction, own.ledger, Clock.systemUTC());
		this.backups = new StoredBackups(Targets.of(this.target),
				new BackupFiles(this.store, settings, Clock.systemUTC()), this.records, new BackupProperties(null, null,
						Duration.ofDays(30), 2, CopySettings.Engine.COPY, null, null, List.of(), DataSize.ofBytes(0)));
	}

	Backup take(String key) {
		return this.backups.take("shop", key, "run-1", Progress.NONE);
	}

	Verification verify(Backup backup) {
		return this.backups.verify(backup.id(), "run-1", Progress.NONE);
	}

	Path fileOf(Backup backup, String name) {
		return this.directory.resolve(backup.id()).resolve(name);
	}

}
