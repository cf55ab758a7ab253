package dev.backout.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.backout.kernel.PerTransaction;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.playbook.Outline;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Where a run's token went, element by element and flow by flow; the engine writes it in
 * the transaction that moves the token.
 */
@Component
public class RunTrace {

	private final JdbcClient jdbc;

	private final StepJournal journal;

	private final Timeline timeline;

	private final Ledger ledger;

	private final RunLock lock;

	private final PerTransaction<Map<Place, Moves>> moves = new PerTransaction<>(LinkedHashMap::new, this::write);

	RunTrace(JdbcClient jdbc, RunLock lock, StepJournal journal, Timeline timeline, Ledger ledger) {
		this.jdbc = jdbc;
		this.journal = journal;
		this.timeline = timeline;
		this.ledger = ledger;
		this.lock = lock;
	}

	/** What kind of element it is. */
	public enum Kind {

		STEP, TASK, FLOW, OTHER

	}

	/** Comes to an element; the first such word of a transaction waits for its turn. */
	public void entered(RunId run, String elementId, Kind kind) {
		this.lock.hold(run);
		move(run, elementId, (moves) -> moves.entered(kind));
	}

	/** Leaves an element: its work is done, or the playbook took another way. */
	public void left(RunId run, String elementId, boolean cancelled) {
		move(run, elementId, (moves) -> moves.left(cancelled));
		if (cancelled) {
			this.journal.leave(run, elementId, RunStep.State.CANCELLED, null);
		}
	}

	private void move(RunId run, String elementId, Consumer<Moves> move) {
		var all = this.moves.get().orElseThrow(() -> new IllegalStateException("A run moves in a transaction: " + run));
		move.accept(all.computeIfAbsent(new Place(run, elementId), (place) -> new Moves()));
	}

	/** A transaction moves the token over many elements: they are written at once. */
	private void write(Map<Place, Moves> moves) {
		var rows = List.copyOf(moves.entrySet());
		this.jdbc.sql("""
				insert into backout.run_element as element (run, element_id, kind, entered, done, cancelled, first_at,
					entered_at, left_at)
				select run, element_id, kind, entered, done, cancelled, clock_timestamp(), clock_timestamp(),
					case when done + cancelled > 0 then clock_timestamp() end
				from unnest(:runs::uuid[], :elements::text[], :kinds::text[], :entered::int[], :done::int[],
					:cancelled::int[]) as moved (run, element_id, kind, entered, done, cancelled)
				on conflict (run, element_id) do update
				set entered = element.entered + excluded.entered, done = element.done + excluded.done,
					cancelled = element.cancelled + excluded.cancelled,
					entered_at = case when excluded.entered > 0 then excluded.entered_at else element.entered_at end,
					left_at = coalesce(excluded.left_at, element.left_at)
				""")
			.param("runs", rows.stream().map((row) -> row.getKey().run().value()).toArray(java.util.UUID[]::new))
			.param("elements", rows.stream().map((row) -> row.getKey().elementId()).toArray(String[]::new))
			.param("kinds", rows.stream().map((row) -> row.getValue().kind.name()).toArray(String[]::new))
			.param("entered", rows.stream().map((row) -> row.getValue().entered).toArray(Integer[]::new))
			.param("done", rows.stream().map((row) -> row.getValue().done).toArray(Integer[]::new))
			.param("cancelled", rows.stream().map((row) -> row.getValue().cancelled).toArray(Integer[]::new))
			.update();
	}

	/** An element of a run. */
	private record Place(RunId run, String elementId) {
	}

	/** What a transaction did at an element. */
	private static final class Moves {

		private Kind kind = Kind.OTHER;

		private int entered;

		private int done;

		private int cancelled;

		void entered(Kind kind) {
			this.kind = kind;
			this.entered++;
		}

		void left(boolean cancelled) {
			if (cancelled) {
				this.cancelled++;
			}
			else {
				this.done++;
			}
		}

	}

	/** Takes a sequence flow; flows are entered and done at once. */
	public void took(RunId run, String flowId) {
		entered(run, flowId, Kind.FLOW);
		left(run, flowId, false);
	}

	/** Remembers what the plan was sealed as. */
	public void sealed(RunId run, String planDigest) {
		this.jdbc.sql("update backout.run set plan_digest = :digest where id = :run")
			.param("digest", planDigest)
			.param("run", run.value())
			.update();
	}

	/** The playbook reached one of its ends. */
	public void ended(RunId run, boolean aborted, String outcome) {
		this.jdbc
			.sql("""
					update backout.run set ended_at = clock_timestamp(), state = :state, outcome = :outcome, abort_pending = false
					where id = :run
					""")
			.param("state", (aborted ? RunState.ABORTED : RunState.DONE).name())
			.param("outcome", outcome)
			.param("run", run.value())
			.update();
		this.ledger.append(Deed.of("run.ended", "system", run.toString(),
				Map.of("outcome", outcome, "aborted", Boolean.toString(aborted))));
		this.timeline.add(run, "run.ended", "system", null, outcome);
	}

	private static List<String> names(List<StepJournal.Left> left, Outline outline, Predicate<StepJournal.Left> which) {
		return left.stream().filter(which).map((step) -> {
			var name = outline.nameOf(step.stepId());
			return (step.state() != RunStep.State.DONE && step.total() > 0)
					? "%s (%d of %d %s)".formatted(name, step.progress(), step.total(), step.unit()) : name;
		}).distinct().toList();
	}

	/** Whether the run is to be aborted as soon as no step of it is at work. */
	public boolean abortPending(RunId run) {
		return this.jdbc.sql("select abort_pending from backout.run where id = :run")
			.param("run", run.value())
			.query(Boolean.class)
			.optional()
			.orElse(false);
	}

	/**
	 * The abort has reached the playbook: from here on it only tidies up. What was done
	 * until then, and what is half done, goes into the record.
	 */
	public void abortDelivered(RunId run, Outline outline) {
		var left = this.journal.left(run);
		var done = names(left, outline, (step) -> step.state() == RunStep.State.DONE);
		var halfDone = names(left, outline, (step) -> step.begun() && step.state() != RunStep.State.DONE);
		this.ledger.append(Deed.of("run.left", "system", run.toString(),
				Map.of("done", String.join(", ", done), "halfDone", String.join(", ", halfDone))));
		this.timeline.add(run, "run.left", "system", null,
				"Aborted as it stands. Done: %s. Half done: %s".formatted(
						done.isEmpty() ? "nothing" : String.join(", ", done),
						halfDone.isEmpty() ? "nothing" : String.join(", ", halfDone)));
		this.jdbc.sql("update backout.run set abort_pending = false where id = :run")
			.param("run", run.value())
			.update();
	}

}
