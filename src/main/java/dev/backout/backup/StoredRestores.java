package dev.backout.backup;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import org.springframework.stereotype.Component;

/** Restores, and writes down what was expected and what came of it. */
@Component
class StoredRestores implements Restores {

	/** What an exchange takes where none was measured: draining, two renames. */
	private static final Duration USUAL_DOWNTIME = Duration.ofSeconds(1);

	private final Targets targets;

	private final BackupFiles files;

	private final BackupRecords backups;

	private final RestoreRecords records;

	StoredRestores(Targets targets, BackupFiles files, BackupRecords backups, RestoreRecords records) {
		this.targets = targets;
		this.files = files;
		this.backups = backups;
		this.records = records;
	}

	@Override
	public RestoreChoice choose(String id, String target, String run) {
		this.targets.named(target);
		var backup = id.isBlank() ? newestVerified(target)
				: this.backups.find(id).orElseThrow(() -> refused("there is no backup '%s'".formatted(id)));
		if (!backup.target().equals(target)) {
			throw refused("'%s' is a backup of '%s', not of '%s'".formatted(backup.id(), backup.target(), target));
		}
		var stored = this.files.store().open(backup.id());
		stored.manifest().demandWhole("it cannot take the place of the database");
		if (!stored.manifestDigest().equals(backup.manifestDigest())) {
			throw refused(
					"the manifest of '%s' is not the one that was noted when it was taken: the backup was exchanged"
						.formatted(backup.id()));
		}
		return this.records.chosen(new RestoreChoice(run, backup.id(), target,
				RestoreChoice.seal(target, backup.id(), stored.manifestDigest()), backup.takenAt(),
				Duration.between(backup.takenAt(), this.records.now()), backup.verified(), estimate(backup),
				downtime(target)));
	}

	private Backup newestVerified(String target) {
		return this.backups.list()
			.stream()
			.filter((backup) -> backup.target().equals(target) && backup.whole() && backup.verified())
			.findFirst()
			.orElseThrow(() -> refused("no backup of '%s' was ever verified: name one".formatted(target)));
	}

	private Duration downtime(String target) {
		var measured = downtimes(target).stream().filter((took) -> !took.isZero()).sorted().toList();
		return measured.isEmpty() ? USUAL_DOWNTIME : measured.get(measured.size() / 2);
	}

	@Override
	public Optional<RestoreChoice> chosen(String run) {
		return this.records.chosen(run);
	}

	@Override
	public RestoreEstimate estimate(Backup backup) {
		return RestoreEstimate.of(this.records.drills(backup.target()), backup.bytes());
	}

	@Override
	public Verification beside(String id, String target, String run, Progress progress) {
		var stored = this.files.store().open(id);
		var verification = this.files.beside(id, this.targets.named(target), run, progress);
		// Found done, nothing was measured: the first time has told already.
		return (verification.held() && verification.restoreTook().isZero()) ? verification
				: this.backups.verified(stored, run, verification);
	}

	@Override
	public Exchange swap(String target, String run, String sealed) {
		var choice = chosen(run).orElseThrow(() -> refused("this run has chosen no backup"));
		var stored = this.files.store().open(choice.backup());
		if (!RestoreChoice.seal(target, choice.backup(), stored.manifestDigest()).equals(sealed)) {
			throw new Rejected("backup.stale",
					"'%s' is not what was approved: choose it again, so that it is approved again"
						.formatted(choice.backup()));
		}
		var exchange = this.files.swap(this.targets.named(target), run);
		this.backups.restored(choice.backup(), run)
			.orElseGet(() -> this.backups.restored(stored, target, run,
					new Restoration(choice.backup(), exchange.former(),
							this.records.restoreTook(choice.backup(), run).plus(exchange.downtime()),
							exchange.downtime())));
		return exchange;
	}

	@Override
	public Exchange swapBack(String target, String run) {
		var exchange = this.files.swapBack(this.targets.named(target), run);
		this.records.takenBack(exchange, run);
		return exchange;
	}

	@Override
	public RestoreCheck check(String target, String run) {
		var place = this.targets.named(target);
		try {
			return this.records.checked(target, run, new AfterCheck(place).run(Beside.former(place.database(), run)));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("'%s' could not be looked at".formatted(target), ex);
		}
	}

	@Override
	public String discard(String target, String run) {
		return this.files.discard(this.targets.named(target), run);
	}

	@Override
	public TableRestoration tables(String backup, String target, List<String> tables, String run, Progress progress) {
		var sorted = List.copyOf(new TreeSet<>(tables));
		return this.records.tables(backup, run, sorted)
			.orElseGet(() -> this.records
				.tables(this.files.tables(backup, this.targets.named(target), sorted, progress), target, run));
	}

	@Override
	public List<Former> formers(String target) {
		return this.files.formers(this.targets.named(target));
	}

	@Override
	public String release(String target, String former, String run, String actor) {
		var place = this.targets.named(target);
		var name = former.isBlank() ? Beside.former(place.database(), run) : former;
		if (!this.files.release(place, name)) {
			return "'%s' is not there any more".formatted(name);
		}
		this.records.released(target, name, run, actor);
		return "'%s' was dropped".formatted(name);
	}

	@Override
	public List<Duration> downtimes(String target) {
		return this.records.downtimes(target);
	}

	private static Rejected refused(String why) {
		return new Rejected("backup.not-restorable", "Nothing is restored: " + why);
	}

}
