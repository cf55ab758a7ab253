package dev.backout.run;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.playbook.PlaybookVersion;
import org.springframework.stereotype.Component;

/**
 * Runs that a playbook starts by itself when its timer says so. They belong to no release
 * and change no target; a playbook that would is refused.
 */
@Component
public class ScheduledRuns {

	/** Who asked for them, as the ledger and pages say it. */
	public static final String REQUESTER = "schedule";

	private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	private final RunTable table;

	private final RunRecord record;

	private final RunOwners owners;

	private final Timeline timeline;

	private final Ledger ledger;

	private final Clock clock;

	ScheduledRuns(RunTable table, RunRecord record, RunOwners owners, Timeline timeline, Ledger ledger, Clock clock) {
		this.table = table;
		this.record = record;
		this.owners = owners;
		this.timeline = timeline;
		this.ledger = ledger;
		this.clock = clock;
	}

	/** Writes down a run that begins now, in the engine's transaction. */
	public Run begin(PlaybookVersion version) {
		var now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
		var run = new Run(RunId.next(), RunKind.REAL, version, "", "%s %s".formatted(version.id(), MOMENT.format(now)),
				REQUESTER, REQUESTER, Severity.SEV5, "It is time", null, RunState.RUNNING, now, null, null);
		this.table.add(run);
		this.ledger.append(Deed.of("run.started", REQUESTER, run.id().toString(),
				Map.of("playbook", version.toString(), "playbookDigest", version.digest(), "kind", run.kind().name())));
		this.timeline.add(run.id(), "run.started", REQUESTER, null, version.title() + ": it is time");
		return run;
	}

	/** What the playbook knows from its start. */
	public Map<String, String> variables(Run run) {
		return this.record.variables(run, this.owners.of(run.release()));
	}

}
