package dev.backout.run;

import java.util.List;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.playbook.PlaybookVersion;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Moves a run to the newest version of its playbook: never by itself, shown as a
 * difference first, and refused where it would not be safe.
 */
@Component
public class RunMoves {

	private final RunTable table;

	private final RunRecord record;

	private final RunLock lock;

	private final PlaybookEngine engine;

	RunMoves(RunTable table, RunRecord record, RunLock lock, PlaybookEngine engine) {
		this.table = table;
		this.record = record;
		this.lock = lock;
		this.engine = engine;
	}

	/**
	 * What a move would mean.
	 *
	 * @param to the newest version; the same as {@code from} when there is no newer
	 * @param obstacles why it would be refused now, in sentences
	 */
	public record Preview(PlaybookVersion from, PlaybookVersion to, PlaybookDifference difference,
			List<String> obstacles) {

		/** Whether there is another version to move to. */
		public boolean newer() {
			return !this.from.digest().equals(this.to.digest());
		}

	}

	/** Whether there is a newer version; cheap. */
	public boolean newer(Run run) {
		return run.active() && this.engine.newest(run.playbook().id()) > run.playbook().version();
	}

	/**
	 * Looks at a move without making it.
	 * @throws Rejected {@code run.unknown}, {@code run.ended}
	 */
	public Preview preview(RunId run) {
		return preview(active(run));
	}

	private Preview preview(Run run) {
		var to = this.engine.current(run.playbook().id());
		var difference = PlaybookDifference.between(this.engine.outline(run.playbook()), this.engine.outline(to));
		var obstacles = to.digest().equals(run.playbook().digest()) ? List.<String>of()
				: this.engine.obstacles(run.id(), to, difference);
		return new Preview(run.playbook(), to, difference, obstacles);
	}

	/**
	 * Moves the run.
	 * @param version that {@link Preview#to} named: nobody moves to what they have not
	 * seen
	 * @throws Rejected {@code run.move-nothing}, {@code run.move-stale},
	 * {@code run.move-unsafe} with the reasons, {@code run.forbidden}, {@code run.reason}
	 */
	@Transactional
	public void move(RunId run, int version, Person by, String reason) {
		RunRecord.demand(by, Role.OPERATOR, "move a run");
		if (reason.isBlank()) {
			throw new Rejected("run.reason", "Say why: to move a run takes a reason");
		}
		this.lock.hold(run);
		var preview = preview(active(run));
		if (!preview.newer()) {
			throw new Rejected("run.move-nothing", "This run follows %s already".formatted(preview.to()));
		}
		if (preview.to().version() != version) {
			throw new Rejected("run.move-stale",
					"The newest version is %s by now: look at the difference again".formatted(preview.to()));
		}
		if (!preview.obstacles().isEmpty()) {
			throw new Rejected("run.move-unsafe", String.join(". ", preview.obstacles()));
		}
		this.engine.move(run, preview.to());
		this.table.playbook(run, preview.to());
		this.record.add(run, "run.moved", by, null,
				"Moves the run from %s to %s: %s".formatted(preview.from(), preview.to(), reason),
				Map.of("playbook", preview.to().id(), "from", Integer.toString(preview.from().version()), "to",
						Integer.toString(version), "fromDigest", preview.from().digest(), "toDigest",
						preview.to().digest(), "changes", Integer.toString(preview.difference().changes().size()),
						"reason", reason));
	}

	private Run active(RunId run) {
		var found = this.table.find(run)
			.orElseThrow(() -> new Rejected("run.unknown", "There is no run '%s'".formatted(run)));
		if (!found.active()) {
			throw new Rejected("run.ended", "This run has ended: %s".formatted(found.outcome()));
		}
		return found;
	}

}
