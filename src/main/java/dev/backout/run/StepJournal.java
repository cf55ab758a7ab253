package dev.backout.run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Every execution of a step. Its end is written in the transaction that moves the run on,
 * and only by the attempt that owns it: a node that lost its step can write nothing.
 */
@Component
public class StepJournal {

	private final JdbcClient jdbc;

	private final RunSignals signals;

	StepJournal(JdbcClient jdbc, RunSignals signals) {
		this.jdbc = jdbc;
		this.signals = signals;
	}

	/**
	 * A step of a run, by its idempotency key.
	 *
	 * @param key the same over attempts and nodes
	 */
	public record Step(String key, RunId run, String stepId, String type) {
	}

	/**
	 * An attempt that has begun.
	 *
	 * @param number fencing token, from 1
	 * @param cutShort how many attempts before it ended without a word
	 * @param aborting whether the run was being aborted by then
	 */
	public record Attempt(Step step, String node, int number, int cutShort, boolean aborting) {
	}

	/**
	 * Begins the next attempt at each step; any earlier one is fenced off from now on.
	 */
	public List<Attempt> begin(List<Step> steps, String node) {
		var byKey = steps.stream().collect(Collectors.toMap(Step::key, Function.identity()));
		var attempts = this.jdbc.sql("""
				insert into backout.run_step (key, run, step_id, type, attempt, node, state, started_at, tried_at)
				select key, run, step_id, type, 1, :node, 'RUNNING', clock_timestamp(), clock_timestamp()
				from unnest(:keys::text[], :runs::uuid[], :stepIds::text[], :types::text[])
					as step (key, run, step_id, type)
				order by key
				on conflict (key) do update set attempt = run_step.attempt + 1, node = excluded.node,
					cut_short = run_step.cut_short + (run_step.state = 'RUNNING')::int, state = 'RUNNING',
					tried_at = clock_timestamp(), ended_at = null, next_try_at = null, cancel_reason = null
				returning key, attempt, cut_short,
					coalesce((select abort_pending from backout.run where id = run_step.run), false)
				""")
			.param("keys", steps.stream().map(Step::key).toArray(String[]::new))
			.param("runs", steps.stream().map((step) -> step.run().value()).toArray(UUID[]::new))
			.param("stepIds", steps.stream().map(Step::stepId).toArray(String[]::new))
			.param("types", steps.stream().map(Step::type).toArray(String[]::new))
			.param("node", node)
			.query((row, number) -> new Attempt(Objects.requireNonNull(byKey.get(row.getString(1))), node,
					row.getInt(2), row.getInt(3), row.getBoolean(4)))
			.list();
		steps.forEach((step) -> this.signals.changed(step.run()));
		return attempts;
	}

	public void progress(Attempt attempt, RunStep.Progress progress) {
		this.jdbc.sql("""
				update backout.run_step
				set progress_done = :done, progress_total = :total, progress_unit = :unit
				where key = :key and attempt = :attempt
				""")
			.param("done", progress.done())
			.param("total", progress.total())
			.param("unit", progress.unit())
			.param("key", attempt.step().key())
			.param("attempt", attempt.number())
			.update();
		this.signals.changed(attempt.step().run());
	}

	/** Why the attempt should stop, when somebody asked for that. */
	public Optional<String> cancelRequested(Attempt attempt) {
		return this.jdbc.sql("""
				select coalesce(cancel_reason, 'The run is being aborted')
				from backout.run_step step join backout.run on run.id = step.run
				where key = :key and attempt = :attempt and (cancel_reason is not null or abort_pending)
				""")
			.param("key", attempt.step().key())
			.param("attempt", attempt.number())
			.query(String.class)
			.optional();
	}

	/**
	 * Ends the attempt, in the transaction that moves the run on, and says whether the
	 * run is to be aborted as soon as no step of it is at work.
	 * @param summary one sentence, or the cause
	 * @param nextTryAt when it is tried again, for {@link RunStep.State#RETRYING}
	 * @throws CancellationException when a later attempt owns the step
	 */
	public boolean end(Attempt attempt, RunStep.State state, String summary, @Nullable Instant nextTryAt) {
		var aborting = this.jdbc.sql("""
				update backout.run_step
				set state = :state, summary = :summary, ended_at = clock_timestamp(), next_try_at = :nextTryAt,
					cancel_reason = null
				where key = :key and attempt = :attempt and node = :node and state = 'RUNNING'
				returning coalesce((select abort_pending from backout.run where id = run_step.run), false)
				""")
			.param("state", state.name())
			.param("summary", summary)
			.param("nextTryAt", (nextTryAt != null) ? nextTryAt.atOffset(ZoneOffset.UTC) : null,
					java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
			.param("key", attempt.step().key())
			.param("attempt", attempt.number())
			.param("node", attempt.node())
			.query(Boolean.class)
			.optional()
			.orElseThrow(() -> new CancellationException(
					"A later attempt owns step '%s' (%s)".formatted(attempt.step().stepId(), attempt.step().key())));
		this.signals.changed(attempt.step().run());
		return aborting;
	}

	/** Keys of the steps that are at work, as far as anybody has heard. */
	public List<String> atWork(RunId run) {
		return this.jdbc.sql("select key from backout.run_step where run = :run and state = 'RUNNING'")
			.param("run", run.value())
			.query(String.class)
			.list();
	}

	/** Keys of the steps that were begun and are not at work now. */
	public Set<String> resting(RunId run) {
		return this.jdbc.sql("select key from backout.run_step where run = :run and state <> 'RUNNING'")
			.param("run", run.value())
			.query(String.class)
			.set();
	}

	/**
	 * A step that a run has come to.
	 *
	 * @param begun whether any attempt was made that did not refuse
	 */
	record Left(String stepId, RunStep.State state, boolean begun, long progress, long total, String unit) {
	}

	/** Every step that was begun, as it stands, oldest first. */
	List<Left> left(RunId run) {
		return this.jdbc.sql("""
				select step_id, state, progress_done, progress_total, coalesce(progress_unit, '') as unit
				from (
					select distinct on (step_id) * from backout.run_step where run = :run
					order by step_id, started_at desc
				) latest order by started_at
				""").param("run", run.value()).query((row, number) -> {
			var state = RunStep.State.valueOf(row.getString("state"));
			return new Left(row.getString("step_id"), state,
					state != RunStep.State.REFUSED && state != RunStep.State.SKIPPED, row.getLong("progress_done"),
					row.getLong("progress_total"), row.getString("unit"));
		}).list();
	}

	/** Asks every attempt at work in the run to stop. */
	void cancelAll(RunId run, String reason) {
		this.jdbc.sql("update backout.run_step set cancel_reason = :reason where run = :run and state = 'RUNNING'")
			.param("reason", reason)
			.param("run", run.value())
			.update();
		this.signals.changed(run);
	}

	/** Asks a step at work to stop; false when it is not at work. */
	boolean cancel(RunId run, String stepId, String reason) {
		var asked = this.jdbc.sql("""
				update backout.run_step set cancel_reason = :reason
				where run = :run and step_id = :stepId and state = 'RUNNING'
				""").param("reason", reason).param("run", run.value()).param("stepId", stepId).update();
		this.signals.changed(run);
		return asked > 0;
	}

	/**
	 * The execution of a step that failed past its retries, or waits for its next try.
	 */
	Optional<String> failedKey(RunId run, String stepId) {
		return this.jdbc.sql("""
				select key from backout.run_step
				where run = :run and step_id = :stepId and state in ('FAILED', 'RETRYING')
				order by started_at desc limit 1
				""").param("run", run.value()).param("stepId", stepId).query(String.class).optional();
	}

	void requeue(String key) {
		this.jdbc
			.sql("update backout.run_step set state = 'RETRYING', next_try_at = clock_timestamp() where key = :key")
			.param("key", key)
			.update();
	}

	/** Executions of a step that the run has left behind. */
	void leave(RunId run, String stepId, RunStep.State state, @Nullable String summary) {
		this.jdbc.sql("""
				update backout.run_step
				set state = :state, ended_at = clock_timestamp(), summary = coalesce(:summary, summary)
				where run = :run and step_id = :stepId and state in ('RUNNING', 'RETRYING', 'FAILED')
				""")
			.param("state", state.name())
			.param("summary", summary, java.sql.Types.VARCHAR)
			.param("run", run.value())
			.param("stepId", stepId)
			.update();
	}

}
