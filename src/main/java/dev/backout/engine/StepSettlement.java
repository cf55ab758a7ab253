package dev.backout.engine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.backout.run.RunLock;
import dev.backout.run.RunStep;
import dev.backout.run.StepJournal;
import dev.backout.step.StepOutcome;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How an attempt at a step ends: its journal, its ledger leaf, its outputs and the run's
 * token in one transaction, and only if no later attempt owns the step.
 */
@Component
class StepSettlement {

	private static final Logger logger = LoggerFactory.getLogger(StepSettlement.class);

	private static final int SETTLE_TRIES = 3;

	private final ProcessEngine engine;

	private final CommandExecutor commands;

	private final StepRecord record;

	private final CamundaEngine runs;

	private final RunLock lock;

	private final TransactionTemplate transaction;

	StepSettlement(ProcessEngine engine, StepRecord record, CamundaEngine runs, RunLock lock,
			TransactionTemplate transaction) {
		this.engine = engine;
		this.commands = ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
			.getCommandExecutorTxRequired();
		this.record = record;
		this.runs = runs;
		this.lock = lock;
		this.transaction = transaction;
	}

	StepJournal journal() {
		return this.record.journal();
	}

	/**
	 * Takes up steps: the engine's locks and the attempts in the journal commit together.
	 * @param lock locks some for the node
	 */
	Map<LockedExternalTask, StepJournal.Attempt> takeUp(Supplier<List<LockedExternalTask>> lock, String node) {
		return Objects.requireNonNull(this.transaction.execute((status) -> {
			var tasks = lock.get().stream().collect(Collectors.toMap(LockedExternalTask::getId, Function.identity()));
			if (tasks.isEmpty()) {
				return Map.of();
			}
			return journal().begin(tasks.values().stream().map(StepExecution::step).toList(), node)
				.stream()
				.collect(Collectors.toMap((attempt) -> Objects.requireNonNull(tasks.get(attempt.step().key())),
						Function.identity()));
		}));
	}

	/**
	 * A destructive step runs only under an approval of the plan as it is sealed now.
	 * Asks the run itself: what the step was told could be the playbook's invention.
	 */
	void demandApproval(LockedExternalTask task) {
		var run = this.engine.getRuntimeService()
			.getVariables(task.getProcessInstanceId(), List.of(TaskOpening.SEAL, CamundaEngine.APPROVED, Given.NAME));
		var sealed = String.valueOf(
				run.getOrDefault(TaskOpening.SEAL, Given.of(run.get(Given.NAME)).value(TaskOpening.SEAL).orElse("")));
		if (sealed.isEmpty() || !sealed.equals(run.get(CamundaEngine.APPROVED))) {
			throw new NotApproved("'%s' changes the target, and nobody has approved the plan as it is sealed now (%s)"
				.formatted(task.getActivityId(), sealed.isEmpty() ? "no plan is sealed" : "digest " + sealed));
		}
	}

	void done(StepJournal.Attempt attempt, LockedExternalTask task, StepOutcome.Done outcome,
			Map<String, String> told) {
		settle(attempt, () -> {
			var aborting = this.record.done(attempt, outcome, told);
			// One command, so that the engine reads the run once. The outputs go on the
			// run and not on the step, where inputs of the same name would swallow them.
			this.commands.execute((command) -> {
				this.engine.getRuntimeService().setVariables(task.getProcessInstanceId(), outcome.outputs());
				this.engine.getExternalTaskService().complete(task.getId(), attempt.node());
				return null;
			});
			return aborting;
		});
	}

	void refused(StepJournal.Attempt attempt, LockedExternalTask task, StepOutcome.Refused outcome,
			Map<String, String> told) {
		try {
			settle(attempt, () -> {
				var aborting = this.record.refused(attempt, outcome, told);
				this.engine.getExternalTaskService()
					.handleBpmnError(task.getId(), attempt.node(), outcome.code(), outcome.reason());
				return aborting;
			});
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("The playbook cannot take refusal '{}' of '{}'", outcome.code(), attempt.step().stepId(), ex);
			failed(attempt, task, new UnmodelledRefusal(attempt.step(), outcome), 0, Duration.ZERO);
		}
	}

	void failed(StepJournal.Attempt attempt, LockedExternalTask task, Exception cause, int retries, Duration wait) {
		var message = message(cause);
		settle(attempt, () -> {
			var aborting = this.record.failed(attempt, message, retries,
					(retries > 0) ? Instant.now().plus(wait) : null);
			this.engine.getExternalTaskService()
				.handleFailure(task.getId(), attempt.node(), message, trace(cause), retries, wait.toMillis());
			return aborting;
		});
		logger.warn("Step '{}' of run {} failed, {} tries left", attempt.step().stepId(), attempt.step().run(), retries,
				cause);
	}

	void cancelled(StepJournal.Attempt attempt, LockedExternalTask task, String why) {
		settle(attempt, () -> {
			var aborting = this.record.failed(attempt, why, 0, null);
			this.engine.getExternalTaskService().handleFailure(task.getId(), attempt.node(), why, why, 0, 0);
			return aborting;
		});
	}

	/** The node stops: another one may take the step up at once. */
	void handedOver(StepJournal.Attempt attempt, LockedExternalTask task) {
		settle(attempt, () -> {
			var aborting = this.record.handedOver(attempt);
			this.engine.getExternalTaskService().unlock(task.getId());
			return aborting;
		});
	}

	/**
	 * Whether the run is being aborted, so that this attempt must not begin its work.
	 */
	boolean abortInstead(StepJournal.Attempt attempt) {
		if (!attempt.aborting()) {
			return false;
		}
		return Boolean.TRUE.equals(this.transaction.execute((status) -> {
			this.lock.hold(attempt.step().run());
			if (!this.record.abortPending(attempt.step().run())) {
				return false;
			}
			journal().end(attempt, RunStep.State.CANCELLED, "The run is being aborted", null);
			this.runs.abortWhenIdle(attempt.step().run());
			return true;
		}));
	}

	/**
	 * A heartbeat or a look for steps, here or on another node, may have written to the
	 * task at the same moment. What was to be written is still true then: the journal
	 * says whether this attempt owns the step.
	 */
	private void settle(StepJournal.Attempt attempt, BooleanSupplier work) {
		for (int tries = 1;; tries++) {
			try {
				settleOnce(attempt, work);
				return;
			}
			catch (OptimisticLockingException ex) {
				if (tries == SETTLE_TRIES) {
					throw ex;
				}
				logger.info("'{}' of run {} was written to at the same moment, writing its end again",
						attempt.step().stepId(), attempt.step().run());
			}
		}
	}

	private void settleOnce(StepJournal.Attempt attempt, BooleanSupplier work) {
		this.transaction.executeWithoutResult((status) -> {
			this.lock.hold(attempt.step().run());
			var aborting = work.getAsBoolean();
			if (aborting && this.record.abortPending(attempt.step().run())) {
				this.runs.abortWhenIdle(attempt.step().run());
			}
		});
	}

	private static String message(Exception cause) {
		var message = (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName();
		return (message.length() > 600) ? message.substring(0, 600) + "..." : message;
	}

	private static String trace(Exception cause) {
		var text = new StringWriter();
		cause.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	/** The step did its work, but the playbook fails behind it. */
	static final class CannotGoOn extends RuntimeException {

		CannotGoOn(StepJournal.Step step, RuntimeException cause) {
			super("'%s' is done, but the playbook cannot go on behind it: %s".formatted(step.stepId(),
					cause.getMessage()), cause);
		}

	}

	/** No retry would change that. */
	static final class NotApproved extends RuntimeException {

		NotApproved(String message) {
			super(message);
		}

	}

	/** The playbook has no way on for a refusal; the run waits for an operator. */
	static final class UnmodelledRefusal extends RuntimeException {

		UnmodelledRefusal(StepJournal.Step step, StepOutcome.Refused refused) {
			super("The playbook has no way on when '%s' refuses with '%s': %s".formatted(step.stepId(), refused.code(),
					refused.reason()));
		}

	}

}
