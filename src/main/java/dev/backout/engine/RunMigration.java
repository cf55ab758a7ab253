package dev.backout.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.playbook.Outline;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.playbook.PlaybookLint;
import dev.backout.run.InboxEntries;
import dev.backout.run.RunId;
import dev.backout.run.StepJournal;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.migration.MigratingProcessInstanceValidationException;
import org.camunda.bpm.engine.migration.MigrationPlanValidationException;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes a run from one version of its playbook to another where it stands. */
@Component
class RunMigration {

	private final ProcessEngine engine;

	private final Outlines outlines;

	private final PlaybookLint lint;

	private final Standing standing;

	private final TransactionTemplate apart;

	RunMigration(ProcessEngine engine, Outlines outlines, PlaybookLint lint, Standing standing,
			PlatformTransactionManager transactions) {
		this.engine = engine;
		this.outlines = outlines;
		this.lint = lint;
		this.standing = standing;
		this.apart = new TransactionTemplate(transactions);
		this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	/** What goes on in a run now. */
	@Component
	record Standing(StepJournal journal, InboxEntries inbox) {
	}

	List<String> obstacles(ProcessInstance instance, String to, PlaybookDifference difference) {
		var run = RunId.of(instance.getBusinessKey());
		var obstacles = new ArrayList<String>();
		atWork(run)
			.forEach((step) -> obstacles.add("Step '%s' is at work: wait for its end, or cancel it".formatted(step)));
		this.standing.inbox()
			.open(run)
			.stream()
			.filter((task) -> difference.touches(task.stepId()))
			.forEach((task) -> obstacles
				.add("'%s' waits for an answer, and the new version asks otherwise: answer it first"
					.formatted(task.title())));
		if (this.standing.inbox().approved(run)) {
			sealedElements(instance.getProcessDefinitionId(), to).stream()
				.filter(difference::touches)
				.forEach((element) -> obstacles.add(
						"The run acts under an approval, and the new version changes '%s', which was approved as it is: abort, and declare it anew"
							.formatted(this.outlines.of(instance.getProcessDefinitionId()).nameOf(element))));
		}
		obstacles.addAll(rehearse(instance, to));
		return obstacles;
	}

	private List<String> atWork(RunId run) {
		return this.engine.getExternalTaskService()
			.createExternalTaskQuery()
			.externalTaskIdIn(keys(run))
			.locked()
			.list()
			.stream()
			.map((task) -> task.getActivityId())
			.toList();
	}

	private Set<String> keys(RunId run) {
		var keys = new LinkedHashSet<>(this.standing.journal().atWork(run));
		// The engine takes no empty set.
		keys.add("none");
		return keys;
	}

	/** What an approval stands for: the approvals, and the steps that need one. */
	private Set<String> sealedElements(String... definitions) {
		var elements = new LinkedHashSet<String>();
		for (var definition : definitions) {
			var outline = this.outlines.of(definition);
			outline.tasks().values().stream().filter(FourEyes::isApproval).forEach((task) -> elements.add(task.id()));
			outline.steps().values().stream().filter(this::destructive).forEach((step) -> elements.add(step.id()));
		}
		return elements;
	}

	private boolean destructive(Outline.Step step) {
		var type = this.lint.steps().get(step.type());
		return type == null || type.destructive();
	}

	/** Moves it in a transaction that is undone. */
	private List<String> rehearse(ProcessInstance instance, String to) {
		try {
			this.apart.executeWithoutResult((status) -> {
				status.setRollbackOnly();
				move(instance, to);
			});
			return List.of();
		}
		catch (MigrationPlanValidationException ex) {
			return ex.getValidationReport()
				.getInstructionReports()
				.stream()
				.flatMap((report) -> report.getFailures().stream())
				.toList();
		}
		catch (MigratingProcessInstanceValidationException ex) {
			return reasons(instance, ex);
		}
	}

	private List<String> reasons(ProcessInstance instance, MigratingProcessInstanceValidationException ex) {
		var outline = this.outlines.of(instance.getProcessDefinitionId());
		var report = ex.getValidationReport();
		var reasons = new ArrayList<>(report.getFailures());
		report.getActivityInstanceReports()
			.forEach((place) -> reasons
				.add("The run stands at '%s': %s".formatted(outline.nameOf(place.getSourceScopeId()),
						place.getFailures().stream().collect(Collectors.joining("; ")))));
		report.getTransitionInstanceReports()
			.forEach((place) -> reasons.add("The run is on its way to '%s': %s"
				.formatted(outline.nameOf(place.getSourceScopeId()), String.join("; ", place.getFailures()))));
		return reasons;
	}

	/** Timers keep the time that people were told. */
	void move(ProcessInstance instance, String to) {
		var runtime = this.engine.getRuntimeService();
		var plan = runtime.createMigrationPlan(instance.getProcessDefinitionId(), to).mapEqualActivities().build();
		runtime.newMigration(plan).processInstanceIds(instance.getId()).execute();
	}

}
