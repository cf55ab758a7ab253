package dev.backout.run;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.playbook.PlaybookVersion;
import org.springframework.stereotype.Component;

/**
 * Runs that a playbook starts by itself, when its timer says so or after a migration.
 * They belong to no release and change no target; a playbook that would is refused.
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
		return begin(version, version.id(), "It is time", Map.of());
	}

	/**
	 * The same for a reason of its own.
	 * @param about what it is about; the moment is added, so that no other is the same
	 * @param parameters more for the ledger
	 */
	Run begin(PlaybookVersion version, String about, String reason, Map<String, String> parameters) {
		var now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
		var run = new Run(RunId.next(), RunKind.REAL, version, "", "%s %s".formatted(about, MOMENT.format(now)),
				REQUESTER, REQUESTER, Severity.SEV5, reason, null, RunState.RUNNING, now, null, null);
		this.table.add(run);
		var recorded = new HashMap<>(parameters);
		recorded.putAll(
				Map.of("playbook", version.toString(), "playbookDigest", version.digest(), "kind", run.kind().name()));
		this.ledger.append(Deed.of("run.started", REQUESTER, run.id().toString(), recorded));
		this.timeline.add(run.id(), "run.started", REQUESTER, null,
				"%s: %s".formatted(version.title(), Character.toLowerCase(reason.charAt(0)) + reason.substring(1)));
		return run;
	}

	/** What the playbook knows from its start. */
	public Map<String, String> variables(Run run) {
		return variables(run, run.release());
	}

	/** The same with the owners of a release. */
	Map<String, String> variables(Run run, String release) {
		return this.record.variables(run, this.owners.of(release));
	}

}
