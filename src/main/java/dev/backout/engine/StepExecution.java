package dev.backout.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

import dev.backout.run.RunId;
import dev.backout.run.RunStep;
import dev.backout.run.StepJournal;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a step, on this node. No transaction is open while its handler works.
 */
class StepExecution implements StepContext {

	private static final Logger logger = LoggerFactory.getLogger(StepExecution.class);

	private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

	private final LockedExternalTask task;

	private final StepSettlement settlement;

	private final WorkerProperties properties;

	private final StepJournal.Attempt attempt;

	private final Map<String, String> inputs = new TreeMap<>();

	/** Why to stop; null while all is well. */
	private volatile @Nullable Stop stop;

	private volatile @Nullable Thread worker;

	private Instant progressWritten = Instant.EPOCH;

	/**
	 * Guards against a heartbeat beside the end: the engine lets only one of both win.
	 */
	private final Object heart = new Object();

	private boolean ending;

	StepExecution(LockedExternalTask task, StepJournal.Attempt attempt, StepSettlement settlement,
			WorkerProperties properties) {
		this.task = task;
		this.attempt = attempt;
		this.settlement = settlement;
		this.properties = properties;
		this.inputs.putAll(Given.withLater(task.getVariables()));
	}

	/** What the journal calls a task of the engine. */
	static StepJournal.Step step(LockedExternalTask task) {
		return new StepJournal.Step(task.getId(), RunId.of(task.getBusinessKey()), task.getActivityId(),
				task.getTopicName());
	}

	/** Why an attempt stops before its end. */
	private enum Reason {

		/** Another node has the step. */
		LOST,
		/** Somebody asked for it. */
		CANCELLED,
		/** This node stops; another one goes on. */
		NODE_STOPS

	}

	private record Stop(Reason reason, String text) {
	}

	void run(StepHandler handler) {
		if (this.settlement.abortInstead(this.attempt)) {
			return;
		}
		if (this.attempt.cutShort() >= this.properties.cutShort()) {
			this.settlement.failed(this.attempt, this.task, new IllegalStateException(
					"The step ended %d times without a word, as with a crash: look into the log before trying again"
						.formatted(this.attempt.cutShort())),
					0, Duration.ZERO);
			return;
		}
		this.worker = Thread.currentThread();
		try {
			var type = handler.type();
			if (type.destructive()) {
				this.settlement.demandApproval(this.task);
			}
			var outcome = handler.execute(this);
			checkpoint();
			stopBeating();
			if (outcome instanceof StepOutcome.Done done) {
				this.settlement.done(this.attempt, this.task, done, declared(handler));
			}
			else if (outcome instanceof StepOutcome.Refused refused) {
				this.settlement.refused(this.attempt, this.task, refused, declared(handler));
			}
		}
		catch (CancellationException ex) {
			stopped(ex);
		}
		catch (Exception ex) {
			failed(ex);
		}
		catch (LinkageError | StackOverflowError | AssertionError ex) {
			// A broken step, not a broken machine: its cause must be seen where people
			// look.
			failed(new IllegalStateException("%s: %s".formatted(ex.getClass().getSimpleName(), ex.getMessage()), ex));
		}
		finally {
			this.worker = null;
			// A late interrupt must not hit the next step of this thread.
			Thread.interrupted();
		}
	}

	/** What the step was told, as far as its type declares it. */
	private Map<String, String> declared(StepHandler handler) {
		var told = new TreeMap<String, String>();
		handler.type()
			.inputs()
			.forEach((input) -> optional(input.name()).ifPresent((value) -> told.put(input.name(), value)));
		return told;
	}

	/** Waits for a heartbeat that is under way, and lets no other begin. */
	private void stopBeating() {
		synchronized (this.heart) {
			this.ending = true;
		}
	}

	private void stopped(CancellationException ex) {
		stopBeating();
		var why = this.stop;
		if (why == null) {
			failed(ex);
			return;
		}
		switch (why.reason()) {
			case LOST -> logger.warn("Gave up {}: {}", this, why.text());
			case CANCELLED -> this.settlement.cancelled(this.attempt, this.task, why.text());
			case NODE_STOPS -> this.settlement.handedOver(this.attempt, this.task);
		}
	}

	private void failed(Exception ex) {
		stopBeating();
		var why = this.stop;
		if (why != null) {
			// What fails after it was told to stop, failed because of that.
			stopped(new CancellationException(why.text()));
			return;
		}
		var backOff = this.properties.backOff();
		var left = (this.task.getRetries() != null) ? this.task.getRetries() - 1 : backOff.size();
		if (ex instanceof StepSettlement.NotApproved || ex instanceof IllegalArgumentException) {
			left = 0;
		}
		var wait = (left > 0) ? backOff.get(Math.max(0, Math.min(backOff.size() - left, backOff.size() - 1)))
				: Duration.ZERO;
		this.settlement.failed(this.attempt, this.task, ex, left, wait);
	}

	/** Keeps the lock alive, and finds out whether to stop. */
	void beat(ExternalTaskService tasks) {
		var why = this.stop;
		if (why != null && why.reason() == Reason.LOST) {
			return;
		}
		try {
			synchronized (this.heart) {
				if (this.ending) {
					return;
				}
				tasks.extendLock(this.task.getId(), this.attempt.node(), this.properties.lock().toMillis());
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Could not keep the lock of {}: {}", this, ex.getMessage());
			if (ex instanceof org.camunda.bpm.engine.exception.NotFoundException
					|| ex instanceof org.camunda.bpm.engine.BadUserRequestException) {
				halt(new Stop(Reason.LOST, "another node has it, or the run no longer needs it"));
			}
			return;
		}
		try {
			this.settlement.journal()
				.cancelRequested(this.attempt)
				.ifPresent((reason) -> halt(new Stop(Reason.CANCELLED, reason)));
		}
		catch (RuntimeException ex) {
			logger.warn("Could not ask whether to cancel {}: {}", this, ex.getMessage());
		}
	}

	void handOver() {
		halt(new Stop(Reason.NODE_STOPS, "this node stops"));
	}

	private void halt(Stop why) {
		if (this.stop == null) {
			this.stop = why;
		}
	}

	void unlock(ExternalTaskService tasks) {
		try {
			tasks.unlock(this.task.getId());
		}
		catch (RuntimeException ex) {
			logger.warn("Could not unlock {}: {}", this, ex.getMessage());
		}
	}

	@Override
	public String key() {
		return this.task.getId();
	}

	/** The name of its step type. */
	String type() {
		return this.task.getTopicName();
	}

	@Override
	public int attempt() {
		return this.attempt.number();
	}

	@Override
	public String runId() {
		return this.attempt.step().run().toString();
	}

	@Override
	public String stepId() {
		return this.task.getActivityId();
	}

	@Override
	public Optional<String> optional(String name) {
		return Optional.ofNullable(this.inputs.get(name));
	}

	@Override
	public void progress(long done, long total, String unit) {
		var now = Instant.now();
		if (done < total && Duration.between(this.progressWritten, now).compareTo(PROGRESS_EVERY) < 0) {
			return;
		}
		this.progressWritten = now;
		this.settlement.journal().progress(this.attempt, new RunStep.Progress(done, total, unit));
	}

	@Override
	public void checkpoint() {
		var why = this.stop;
		if (why != null) {
			throw new CancellationException(why.text());
		}
	}

	@Override
	public String toString() {
		return "step '%s' of run %s, attempt %d".formatted(stepId(), runId(), attempt());
	}

}
