package dev.backout.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.playbook.Outline;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookRefused;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.run.InboxTask;
import dev.backout.run.PlaybookEngine;
import dev.backout.run.RunId;
import dev.backout.run.RunTrace;
import dev.backout.run.StepJournal;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Camunda behind the port of the runs; an instance's business key is the run's id. */
@Component
class CamundaEngine implements PlaybookEngine {

	/** The message that takes a playbook to its own way out. */
	static final String ABORT = "abort";

	/** Set by an approval, compared before every destructive step. */
	static final String APPROVED = "approvedDigest";

	private final ProcessEngine engine;

	private final Outlines outlines;

	private final PlaybookLint lint;

	private final StepJournal journal;

	private final RunTrace trace;

	private final RunMigration migration;

	CamundaEngine(ProcessEngine engine, Outlines outlines, PlaybookLint lint, RunMigration migration,
			StepJournal journal, RunTrace trace) {
		this.engine = engine;
		this.outlines = outlines;
		this.lint = lint;
		this.journal = journal;
		this.trace = trace;
		this.migration = migration;
	}

	@Override
	public PlaybookVersion current(String playbook) {
		var definition = latest(playbook);
		if (definition == null) {
			throw new Rejected("playbook.unknown", "There is no playbook '%s'".formatted(playbook));
		}
		var errors = this.lint.errors(new PlaybookFile(definition.getResourceName(), stored(definition)));
		if (!errors.isEmpty()) {
			throw new PlaybookRefused(errors);
		}
		var outline = this.outlines.of(definition.getId());
		return new PlaybookVersion(playbook, definition.getVersion(), outline.title(), outline.digest());
	}

	private @Nullable ProcessDefinition latest(String playbook) {
		try {
			return this.engine.getRepositoryService()
				.createProcessDefinitionQuery()
				.processDefinitionKey(playbook)
				.latestVersion()
				.singleResult();
		}
		catch (ProcessEngineException ex) {
			throw new Rejected("playbook.unreadable",
					"What is deployed as '%s' cannot be read any more: deploy it again".formatted(playbook));
		}
	}

	/** What the database holds now, whatever was read of it before. */
	private byte[] stored(ProcessDefinition definition) {
		try (var resource = this.engine.getRepositoryService()
			.getResourceAsStream(definition.getDeploymentId(), definition.getResourceName())) {
			return resource.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public int newest(String playbook) {
		var definition = latest(playbook);
		return (definition != null) ? definition.getVersion() : 0;
	}

	@Override
	public Outline outline(PlaybookVersion version) {
		return this.outlines.of(definition(version).getId());
	}

	private ProcessDefinition definition(PlaybookVersion version) {
		var definition = this.engine.getRepositoryService()
			.createProcessDefinitionQuery()
			.processDefinitionKey(version.id())
			.processDefinitionVersion(version.version())
			.singleResult();
		if (definition == null) {
			throw new Rejected("playbook.unknown", "There is no playbook " + version);
		}
		return definition;
	}

	@Override
	public void start(PlaybookVersion version, RunId run, Map<String, String> variables, Person requester) {
		var definition = definition(version);
		as(requester, () -> this.engine.getRuntimeService()
			.startProcessInstanceById(definition.getId(), run.toString(), Given.variables(variables)));
	}

	@Override
	public void complete(InboxTask task, Map<String, String> values, Person by) {
		var outline = this.outlines.of(definitionOf(task));
		var spec = java.util.Objects.requireNonNull(outline.tasks().get(task.stepId()));
		var variables = new HashMap<String, Object>();
		values.forEach((name, value) -> variables.put(switch (name) {
			case "decision" -> spec.decision();
			case "reason" -> spec.decision() + "Reason";
			default -> name;
		}, value));
		// Last, so that no field of the task says otherwise.
		variables.put(spec.decision() + "By", by.id());
		if (task.approval() && task.seal() != null) {
			variables.put(APPROVED, "approve".equals(values.get("decision")) ? task.seal() : "");
		}
		as(by, () -> this.engine.getTaskService().complete(task.id(), variables));
	}

	private String definitionOf(InboxTask task) {
		return this.engine.getTaskService().createTaskQuery().taskId(task.id()).singleResult().getProcessDefinitionId();
	}

	@Override
	public void assign(InboxTask task, String assignee, Person by) {
		as(by, () -> this.engine.getTaskService().setAssignee(task.id(), assignee));
	}

	@Override
	public void reassign(InboxTask task, String assignee) {
		this.engine.getTaskService().setAssignee(task.id(), assignee);
	}

	@Override
	public void addCandidates(InboxTask task, Set<String> people) {
		people.forEach((person) -> this.engine.getTaskService().addCandidateUser(task.id(), person));
	}

	@Override
	public void retry(String key, String remark) {
		var tasks = this.engine.getExternalTaskService();
		var task = tasks.createExternalTaskQuery().externalTaskId(key).singleResult();
		if (task == null) {
			throw new Rejected("step.not-failed", "This step is no longer there to try again");
		}
		var incident = this.engine.getRuntimeService()
			.createIncidentQuery()
			.executionId(task.getExecutionId())
			.singleResult();
		if (incident != null) {
			this.engine.getRuntimeService().setAnnotationForIncidentById(incident.getId(), remark);
		}
		tasks.setRetries(key, 1);
		tasks.unlock(key);
	}

	@Override
	public void skip(RunId run, String stepId, String remark) {
		this.engine.getRuntimeService()
			.createProcessInstanceModification(instance(run).getId())
			.startAfterActivity(stepId)
			.cancelAllForActivity(stepId)
			.setAnnotation(remark)
			.execute();
	}

	@Override
	public List<String> obstacles(RunId run, PlaybookVersion to, PlaybookDifference difference) {
		return this.migration.obstacles(instance(run), definition(to).getId(), difference);
	}

	@Override
	public void move(RunId run, PlaybookVersion to) {
		this.migration.move(instance(run), definition(to).getId());
	}

	@Override
	public boolean abortable(RunId run) {
		return hasWayOut(run) || atItsBeginning(run);
	}

	private boolean hasWayOut(RunId run) {
		return this.engine.getRuntimeService()
			.createEventSubscriptionQuery()
			.processInstanceId(instance(run).getId())
			.eventType("message")
			.eventName(ABORT)
			.count() > 0;
	}

	/**
	 * Work that a playbook must be able to leave is in a sub-process: none was entered.
	 */
	private boolean atItsBeginning(RunId run) {
		return this.engine.getHistoryService()
			.createHistoricActivityInstanceQuery()
			.processInstanceId(instance(run).getId())
			.activityType("subProcess")
			.count() == 0;
	}

	@Override
	public void abortWhenIdle(RunId run) {
		if (locked(run)) {
			return;
		}
		this.trace.abortDelivered(run, this.outlines.of(instance(run).getProcessDefinitionId()));
		if (!hasWayOut(run)) {
			this.engine.getRuntimeService().deleteProcessInstance(instance(run).getId(), TaskOpening.AT_ITS_BEGINNING);
			return;
		}
		this.engine.getRuntimeService()
			.createMessageCorrelation(ABORT)
			.processInstanceBusinessKey(run.toString())
			.correlate();
	}

	/** Also a step that a node has taken up and not begun yet. */
	private boolean locked(RunId run) {
		var resting = this.journal.resting(run);
		return this.engine.getExternalTaskService()
			.createExternalTaskQuery()
			.processInstanceId(instance(run).getId())
			.locked()
			.list()
			.stream()
			.anyMatch((task) -> !resting.contains(task.getId()));
	}

	private ProcessInstance instance(RunId run) {
		var instance = this.engine.getRuntimeService()
			.createProcessInstanceQuery()
			.processInstanceBusinessKey(run.toString())
			.singleResult();
		if (instance == null) {
			throw new Rejected("run.ended", "This run has ended");
		}
		return instance;
	}

	// The engine's own checks need to know for whom the command runs.
	private <T> T as(Person person, Supplier<T> command) {
		var identity = this.engine.getIdentityService();
		identity.setAuthentication(person.id(), person.roles().stream().map(DirectoryIdentity::group).toList());
		try {
			return command.get();
		}
		finally {
			identity.clearAuthentication();
		}
	}

	private void as(Person person, Runnable command) {
		as(person, () -> {
			command.run();
			return "";
		});
	}

}
