package dev.backout.engine;

import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.playbook.Schedules;
import dev.backout.run.AfterMigrations;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.context.Context;
import org.springframework.stereotype.Component;

/**
 * Starts the playbook that waits for a migrated target, once the run that migrated it has
 * let go of it: when it is thawed, or at the run's end at the latest. In the same
 * transaction, so that no crash comes in between.
 */
@Component
class FollowUps {

	private static final String LETS_GO = "target.thaw";

	private final ProcessEngine engine;

	private final CamundaEngine runs;

	private final Outlines outlines;

	private final AfterMigrations afterMigrations;

	FollowUps(ProcessEngine engine, CamundaEngine runs, Outlines outlines, AfterMigrations afterMigrations) {
		this.engine = engine;
		this.runs = runs;
		this.outlines = outlines;
		this.afterMigrations = afterMigrations;
	}

	/** An element was left, its work done. */
	void left(DelegateExecution execution, String elementId) {
		var step = this.outlines.of(execution.getProcessDefinitionId()).steps().get(elementId);
		if (step != null && step.type().equals(LETS_GO)) {
			letGo(RunTracing.run(execution));
		}
	}

	/** A run has ended, in these words. */
	void ended(RunId run, String outcome) {
		letGo(run);
		this.afterMigrations.ended(run, outcome);
	}

	private void letGo(RunId run) {
		this.afterMigrations.due(run).ifPresent(this::start);
	}

	private void start(Run after) {
		var waiting = this.engine.getRepositoryService()
			.createProcessDefinitionQuery()
			.messageEventSubscriptionName(Schedules.MIGRATED)
			.singleResult();
		if (waiting == null) {
			this.afterMigrations.without(after, "no playbook starts on '%s'".formatted(Schedules.MIGRATED));
			return;
		}
		version(after, waiting.getKey())
			.ifPresent((version) -> start(after, waiting.getId(), this.afterMigrations.begin(after, version)));
	}

	/** Rules may have become stricter since it was deployed. */
	private Optional<PlaybookVersion> version(Run after, String playbook) {
		try {
			return Optional.of(this.runs.current(playbook));
		}
		catch (Rejected ex) {
			this.afterMigrations.without(after, ex.reason());
			return Optional.empty();
		}
	}

	/** Whoever moved the run on need not be allowed to start this one. */
	private void start(Run after, String definition, Run run) {
		Context.getCommandContext()
			.runWithoutAuthorization(() -> this.engine.getRuntimeService()
				.createMessageCorrelation(Schedules.MIGRATED)
				.processDefinitionId(definition)
				.processInstanceBusinessKey(run.id().toString())
				.setVariables(Given.variables(this.afterMigrations.variables(run, after)))
				.correlateStartMessage());
	}

}
