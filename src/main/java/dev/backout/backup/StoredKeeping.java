package dev.backout.backup;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps backups as long as the schedule, their retention and their holds say. */
@Component
@EnableConfigurationProperties(KeepingProperties.class)
class StoredKeeping implements Keeping {

	private final Targets targets;

	private final BackupFiles files;

	private final BackupRecords backups;

	private final KeepingRecords records;

	private final SecondCopies copies;

	private final BackupHealth health;

	private final KeepingProperties properties;

	private final Clock clock;

	private final Random random = new Random();

	StoredKeeping(Targets targets, BackupFiles files, BackupRecords backups, KeepingRecords records,
			SecondCopies copies, BackupHealth health, KeepingProperties properties, Clock clock) {
		this.targets = targets;
		this.files = files;
		this.backups = backups;
		this.records = records;
		this.copies = copies;
		this.health = health;
		this.properties = properties;
		this.clock = clock;
	}

	@Override
	public Optional<Hold> held(String backup) {
		return this.files.held(backup).or(() -> this.records.held(backup));
	}

	@Override
	public void hold(String backup, String actor, String reason) {
		var found = find(backup);
		this.records.hold(found.id(), true, actor, reason, this.clock.instant(), () -> {
			this.files.hold(backup, actor, reason);
			this.copies.hold(backup, true);
		});
	}

	@Override
	public void release(String backup, String actor, String reason) {
		if (held(find(backup).id()).isEmpty()) {
			throw new Rejected("backup.not-held", "Backup '%s' is not held".formatted(backup));
		}
		this.records.hold(backup, false, actor, reason, this.clock.instant(), () -> {
			this.copies.hold(backup, false);
			this.files.release(backup, actor, reason);
		});
	}

	@Override
	public Map<String, Hold> holds(Collection<Backup> all) {
		return this.records.holds(all.stream().map(Backup::id).toList());
	}

	@Override
	public Instant retainUntil(String backup) {
		return this.files.retainUntil(backup);
	}

	@Override
	public Map<String, Set<String>> kept(String target) {
		return this.properties.generations()
			.keep(of(target).stream().filter(Backup::whole).map(StoredKeeping::candidate).toList());
	}

	private static Generations.Candidate candidate(Backup backup) {
		return new Generations.Candidate(backup.id(), backup.takenAt(), backup.verified());
	}

	@Override
	public List<String> retireDue(String target, String owner, String run) {
		var kept = kept(target);
		var retired = new ArrayList<String>();
		for (var backup : of(target)) {
			var reasons = kept.get(backup.id());
			if (reasons != null) {
				extend(backup, reasons, owner);
			}
			else if (held(backup.id()).isEmpty() && !retainUntil(backup.id()).isAfter(this.clock.instant())) {
				retire(backup.id(), owner, run);
				retired.add(backup.id());
			}
		}
		return retired;
	}

	/** What is kept for a year must not be deletable in a month. */
	private void extend(Backup backup, Set<String> reasons, String owner) {
		var present = retainUntil(backup.id());
		var until = this.properties.generations().until(backup.takenAt(), reasons, present);
		if (until.isAfter(present)) {
			this.files.retain(backup.id(), until, owner, "kept as " + String.join(", ", reasons));
			this.copies.retain(backup.id(), until);
			this.records.retained(backup.id(), until, reasons, owner);
		}
	}

	@Override
	public void retire(String backup, String owner, String run) {
		try {
			this.backups.refuseHeld(find(backup).id());
			var witness = this.backups.witness();
			this.files.refuseToRetire(backup, witness);
			this.copies.delete(backup);
			this.files.retire(backup, witness);
			this.backups.retired(backup, owner);
		}
		catch (Rejected ex) {
			this.backups.retireRefused(backup, owner, ex.reason());
			throw ex;
		}
	}

	@Override
	public BackupContents contents(String backup) {
		return BackupContents.of(this.files.store().open(backup).manifest());
	}

	@Override
	public List<Verification> history(String backup) {
		return this.records.history(backup);
	}

	@Override
	public Objectives objectives(String target) {
		return this.health.objectives(target);
	}

	@Override
	public List<Alarm> alarms() {
		return this.targets.all().stream().map(Target::name).flatMap((target) -> alarms(target).stream()).toList();
	}

	@Override
	public List<Alarm> alarms(String target) {
		return this.health.alarms(target);
	}

	@Override
	public Optional<BackupCopy> copy(String backup, String run, Progress progress) {
		var stored = this.files.store().open(find(backup).id());
		return this.copies.copy(stored, this.files.retainUntil(backup), run, progress);
	}

	@Override
	public List<BackupCopy> copies(String backup) {
		return this.copies.of(backup);
	}

	@Override
	public Optional<String> due(String run, String key, boolean again, @Nullable String only) {
		return turn(run, key, () -> {
			if (again) {
				targets(only).stream()
					.filter((target) -> !this.records.succeeded(run, target))
					.forEach((target) -> this.records.again(run, target));
			}
			var done = this.records.turns(run);
			var next = targets(only).stream()
				.filter((target) -> !done.contains(target))
				.filter((target) -> only != null || this.properties.due(target, newest(target), this.clock.instant()))
				.findFirst();
			this.records.turn(run, key, next.orElse(""), null, this.clock.instant());
			return next;
		});
	}

	private List<String> targets(@Nullable String only) {
		return (only != null) ? List.of(this.targets.named(only).name())
				: this.targets.all().stream().map(Target::name).toList();
	}

	private @Nullable Instant newest(String target) {
		return this.backups.list()
			.stream()
			.filter((backup) -> backup.target().equals(target) && backup.whole())
			.map(Backup::takenAt)
			.findFirst()
			.orElse(null);
	}

	private Optional<String> turn(String run, String key, Supplier<Optional<String>> next) {
		var known = this.records.turn(run, key);
		return known.isPresent() ? known.filter((target) -> !target.isEmpty()) : next.get();
	}

	@Override
	public Optional<Backup> drill(String run, String key) {
		var drawn = this.records.drawn(run, key);
		if (drawn.isPresent()) {
			return this.backups.find(drawn.get());
		}
		if (this.records.turn(run, key).isPresent()) {
			return Optional.empty();
		}
		var done = this.records.turns(run);
		var since = this.clock.instant().minus(this.properties.drillWindow());
		var waiting = this.backups.list()
			.stream()
			.filter(Backup::whole)
			.filter((backup) -> !done.contains(backup.target()) && backup.takenAt().isAfter(since))
			.collect(Collectors.groupingBy(Backup::target, java.util.TreeMap::new, Collectors.toList()));
		if (waiting.isEmpty()) {
			this.records.turn(run, key, "", null, this.clock.instant());
			return Optional.empty();
		}
		var candidates = new ArrayList<>(waiting.firstEntry().getValue());
		Collections.shuffle(candidates, this.random);
		var backup = candidates.get(0);
		this.records.turn(run, key, backup.target(), backup.id(), this.clock.instant());
		return Optional.of(backup);
	}

	@Override
	public Optional<Backup> drill(String run, String key, String only) {
		var drawn = this.records.drawn(run, key);
		if (drawn.isPresent()) {
			return this.backups.find(drawn.get());
		}
		if (this.records.turn(run, key).isPresent()) {
			return Optional.empty();
		}
		var backup = find(only);
		var next = this.records.turns(run).contains(backup.target()) ? Optional.<Backup>empty() : Optional.of(backup);
		this.records.turn(run, key, next.map(Backup::target).orElse(""), next.map(Backup::id).orElse(null),
				this.clock.instant());
		return next;
	}

	private List<Backup> of(String target) {
		return this.backups.list().stream().filter((backup) -> backup.target().equals(target)).toList();
	}

	private Backup find(String id) {
		return this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
	}

	static Duration age(Backup backup, Instant now) {
		return Duration.between(backup.takenAt(), now);
	}

}
