package dev.backout.engine;

import java.nio.charset.StandardCharsets;

import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookRefused;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.run.ScheduledRuns;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.springframework.stereotype.Component;

/**
 * Gives a run to an instance that the timer of its playbook started: nobody else starts
 * one without.
 */
@Component
class SelfStart {

	private final Outlines outlines;

	private final PlaybookLint lint;

	private final ScheduledRuns runs;

	SelfStart(Outlines outlines, PlaybookLint lint, ScheduledRuns runs) {
		this.outlines = outlines;
		this.lint = lint;
		this.runs = runs;
	}

	void begun(DelegateExecution execution) {
		if (execution.getProcessBusinessKey() != null) {
			return;
		}
		ProcessDefinition definition = ((ExecutionEntity) execution).getProcessDefinition();
		var outline = this.outlines.of(definition.getId());
		var errors = this.lint
			.errors(new PlaybookFile(definition.getResourceName(), outline.xml().getBytes(StandardCharsets.UTF_8)));
		if (!errors.isEmpty()) {
			throw new PlaybookRefused(errors);
		}
		var run = this.runs.begin(
				new PlaybookVersion(definition.getKey(), definition.getVersion(), outline.title(), outline.digest()));
		execution.setProcessBusinessKey(run.id().toString());
		execution.setVariables(Given.variables(this.runs.variables(run)));
	}

}
