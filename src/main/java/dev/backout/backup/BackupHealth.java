package dev.backout.backup;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Component;

/** What is promised of a target's backups, what is so, and what somebody must look at. */
@Component
class BackupHealth {

	private final BackupRecords backups;

	private final KeepingRecords records;

	private final RestoreRecords restores;

	private final SecondCopies copies;

	private final KeepingProperties properties;

	private final Clock clock;

	BackupHealth(BackupRecords backups, KeepingRecords records, RestoreRecords restores, SecondCopies copies,
			KeepingProperties properties, Clock clock) {
		this.backups = backups;
		this.records = records;
		this.restores = restores;
		this.copies = copies;
		this.properties = properties;
		this.clock = clock;
	}

	Objectives objectives(String target) {
		var verified = of(target).stream().filter(Backup::verified).toList();
		var newest = verified.stream().findFirst();
		return new Objectives(target, this.properties.rpo(),
				newest.map((backup) -> StoredKeeping.age(backup, this.clock.instant())).orElse(null),
				this.properties.rto(), newest.map((backup) -> estimate(backup)).orElse(null),
				this.records.restores(target), gaps(verified));
	}

	private RestoreEstimate estimate(Backup backup) {
		return RestoreEstimate.of(this.restores.drills(backup.target()), backup.bytes());
	}

	/** What a failure just before each backup would have lost. */
	private static List<Objectives.Measured> gaps(List<Backup> newestFirst) {
		var gaps = new ArrayList<Objectives.Measured>();
		for (int i = Math.min(newestFirst.size() - 1, 20); i > 0; i--) {
			gaps.add(new Objectives.Measured(newestFirst.get(i - 1).takenAt(),
					Duration.between(newestFirst.get(i).takenAt(), newestFirst.get(i - 1).takenAt())));
		}
		return gaps;
	}

	List<Alarm> alarms(String target) {
		var alarms = new ArrayList<Alarm>();
		var all = of(target);
		if (all.isEmpty()) {
			alarms.add(new Alarm(target, "none", "'%s' has no backup".formatted(target)));
		}
		else {
			age(target, alarms);
			newest(all.get(0), alarms);
			size(all, alarms);
			drill(target, alarms);
		}
		this.records.missed()
			.stream()
			.filter((missed) -> missed.target().equals(target))
			.forEach((missed) -> alarms.add(new Alarm(target, "missed",
					"The scheduled backup of '%s' at %s did not come about, or does not restore".formatted(target,
							missed.at()))));
		return alarms;
	}

	private void age(String target, List<Alarm> alarms) {
		var objectives = objectives(target);
		if (!objectives.rpoHeld()) {
			var age = Optional.ofNullable(objectives.rpoActual())
				.map((actual) -> "is %s old".formatted(hours(actual)))
				.orElse("does not exist");
			alarms.add(new Alarm(target, "old",
					"The newest backup of '%s' that is known to restore %s; at most %s were promised".formatted(target,
							age, hours(objectives.rpo()))));
		}
		var expected = objectives.rtoExpected();
		if (expected != null && !objectives.rtoHeld()) {
			alarms.add(new Alarm(target, "slow", "A restore of '%s' would take about %d min; at most %d were promised"
				.formatted(target, expected.expected().toMinutes(), objectives.rto().toMinutes())));
		}
	}

	private void newest(Backup newest, List<Alarm> alarms) {
		var verification = newest.verification();
		if (verification != null && !verification.held()) {
			alarms.add(new Alarm(newest.target(), "broken", "The newest backup of '%s', %s, does not restore: %s"
				.formatted(newest.target(), newest.id(), verification.findings().get(0))));
		}
		else if (verification == null) {
			alarms.add(new Alarm(newest.target(), "unverified",
					"The newest backup of '%s', %s, was never restored".formatted(newest.target(), newest.id())));
		}
		if (this.copies.configured() && this.copies.of(newest.id()).isEmpty()) {
			alarms.add(new Alarm(newest.target(), "no-copy",
					"The newest backup of '%s', %s, has no second copy".formatted(newest.target(), newest.id())));
		}
	}

	private void size(List<Backup> newestFirst, List<Alarm> alarms) {
		if (newestFirst.size() < 2) {
			return;
		}
		var last = newestFirst.get(0);
		var before = newestFirst.get(1);
		differs(last, before, "bytes", last.bytes(), before.bytes())
			.or(() -> differs(last, before, "rows", last.rows(), before.rows()))
			.ifPresent(alarms::add);
	}

	private Optional<Alarm> differs(Backup last, Backup before, String what, long now, long then) {
		if (then == 0) {
			return Optional.empty();
		}
		var change = Math.round(100.0 * (now - then) / then);
		return (Math.abs(change) <= this.properties.sizeChange()) ? Optional.empty()
				: Optional.of(new Alarm(last.target(), "size", "Backup %s of '%s' has %,d %s, %+d %% of the %,d of %s"
					.formatted(last.id(), last.target(), now, what, change, then, before.id())));
	}

	private void drill(String target, List<Alarm> alarms) {
		var last = this.records.lastDrill(target);
		if (last == null || Duration.between(last, this.clock.instant()).compareTo(this.properties.drillEvery()) > 0) {
			alarms.add(new Alarm(target, "no-drill",
					(last == null) ? "No backup of '%s' was ever restored".formatted(target)
							: "No backup of '%s' was restored since %s".formatted(target, last)));
		}
	}

	private List<Backup> of(String target) {
		return this.backups.list()
			.stream()
			.filter((backup) -> backup.target().equals(target) && backup.whole())
			.sorted(Comparator.comparing(Backup::takenAt).reversed())
			.toList();
	}

	private static String hours(Duration span) {
		return (span.toHours() > 0) ? "%d h %d min".formatted(span.toHours(), span.toMinutesPart())
				: "%d min".formatted(span.toMinutes());
	}

}
