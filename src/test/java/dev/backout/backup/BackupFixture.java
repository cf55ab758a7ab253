package dev.backout.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.ledger.LedgerFixture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.util.unit.DataSize;

/** Backups of target {@code shop}, without the application around them. */
final class BackupFixture {

	static final KeepingProperties KEEPING = new KeepingProperties(2, 7, 4, 12, 3, ZoneId.of("UTC"),
			Duration.ofHours(26), Duration.ofHours(1), 50, Duration.ofDays(8), Duration.ofDays(35), Map.of());

	final Path directory;

	final TestDatabase shop;

	final Target target;

	final LedgerFixture own;

	final FileStore store;

	final BackupRecords records;

	final StoredBackups backups;

	final StoredRestores restores;

	final StoredKeeping keeping;

	final SecondCopies copies;

	/** Business rules are added here. */
	final StaticListableBeanFactory rules = new StaticListableBeanFactory();

	BackupFixture(Path data, LedgerFixture own, TestDatabase shop) {
		this(data, own, shop, CopySettings.plain(2));
	}

	BackupFixture(Path data, LedgerFixture own, TestDatabase shop, CopySettings settings) {
		this(data, own, shop, settings, Clock.systemUTC(), null);
	}

	BackupFixture(Path data, LedgerFixture own, TestDatabase shop, Clock clock, @Nullable CopyStore second) {
		this(data, own, shop, CopySettings.plain(2), clock, second);
	}

	private BackupFixture(Path data, LedgerFixture own, TestDatabase shop, CopySettings settings, Clock clock,
			@Nullable CopyStore second) {
		this.directory = data.resolve("backups");
		this.own = own;
		this.shop = shop;
		this.target = DatabaseFixture.aTarget(shop);
		this.store = new FileStore(this.directory, ManifestKey.in(data.resolve("backup.key")));
		this.records = new BackupRecords(own.jdbc, own.transaction, own.ledger, clock);
		var files = new BackupFiles(this.store, settings, clock);
		var restores = new RestoreRecords(own.jdbc, own.transaction, own.ledger, clock);
		this.restores = new StoredRestores(Targets.of(this.target), files, this.records, restores);
		this.copies = new SecondCopies(Optional.ofNullable(second), own.jdbc, own.transaction, own.ledger, clock);
		var keeping = new KeepingRecords(own.jdbc, own.transaction, own.ledger);
		this.keeping = new StoredKeeping(Targets.of(this.target), files, this.records, keeping, this.copies,
				new BackupHealth(this.records, keeping, restores, this.copies, KEEPING, clock), KEEPING, clock);
		this.backups = new StoredBackups(Targets.of(this.target), files, this.records,
				new BackupProperties(null, null, Duration.ofDays(30), 2, CopySettings.Engine.COPY, null, null,
						List.of(), DataSize.ofBytes(0), true),
				this.rules.getBeanProvider(RowRules.class), this.rules.getBeanProvider(FlagStates.class));
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
