package dev.backout.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.backout.backup.copy.Pace;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.ledger.Ledger;
import dev.backout.step.StepHandler;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** The steps themselves, for a target and a store of a test, in its application. */
public final class BackupSteps {

	private final StoredBackups backups;

	private final StoredRestores restores;

	private final BackupFiles files;

	/** Reads slowly, so that something can happen meanwhile. */
	public BackupSteps(Path store, Path key, Target target, JdbcClient jdbc, TransactionTemplate transaction,
			Ledger ledger) {
		var clock = Clock.systemUTC();
		var none = new StaticListableBeanFactory();
		var targets = Targets.of(target);
		this.files = new BackupFiles(new FileStore(store, ManifestKey.in(key)),
				new CopySettings(2, CopySettings.Engine.COPY, null, SealKeys.NONE, Pace.of(20 << 20)), clock);
		var records = new BackupRecords(jdbc, transaction, ledger, clock);
		this.restores = new StoredRestores(targets, this.files, records,
				new RestoreRecords(jdbc, transaction, ledger, clock));
		this.backups = new StoredBackups(targets, this.files, records,
				new BackupProperties(null, null, Duration.ZERO, 2, CopySettings.Engine.COPY, null, null, List.of(),
						DataSize.ofBytes(0), true),
				none.getBeanProvider(RowRules.class), none.getBeanProvider(FlagStates.class));
	}

	public StepHandler take() {
		return new TakeStep(this.backups);
	}

	public StepHandler verify() {
		return new VerifyStep(this.backups, this.restores);
	}

	/** In the store, whatever is written down of it. */
	public List<Backup> stored() {
		return this.files.list();
	}

	/** As people see them. */
	public List<Backup> listed() {
		return this.backups.list();
	}

}
