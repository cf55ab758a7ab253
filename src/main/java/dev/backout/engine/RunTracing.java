package dev.backout.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.backout.run.RunId;
import dev.backout.run.RunTrace;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.bpmn.helper.BpmnProperties;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.TransitionImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * Lets every playbook tell where its token goes, and every task of a person appear in the
 * task list, in the engine's own transaction. The listeners are the engine's: no playbook
 * can name one, or leave one out.
 */
class RunTracing extends AbstractProcessEnginePlugin {

	/** Tells {@code page.owner} which task's timer led to it. */
	static final String ESCALATING = "escalating";

	private final Supplier<RunTrace> trace;

	private final Supplier<TaskOpening> tasks;

	private final Supplier<SelfStart> starts;

	private final Supplier<FollowUps> followUps;

	RunTracing(Supplier<RunTrace> trace, Supplier<TaskOpening> tasks, Supplier<SelfStart> starts,
			Supplier<FollowUps> followUps) {
		this.starts = starts;
		this.followUps = followUps;
		this.trace = trace;
		this.tasks = tasks;
	}

	@Override
	public void preInit(ProcessEngineConfigurationImpl engine) {
		var listeners = (engine.getCustomPreBPMNParseListeners() != null)
				? new ArrayList<>(engine.getCustomPreBPMNParseListeners()) : new ArrayList<BpmnParseListener>();
		listeners.add(new AbstractBpmnParseListener() {

			@Override
			public void parseProcess(Element element, ProcessDefinitionEntity process) {
				trace(process);
			}

		});
		engine.setCustomPreBPMNParseListeners(listeners);
	}

	private void trace(ProcessDefinitionEntity process) {
		process.addBuiltInListener(ExecutionListener.EVENTNAME_START,
				(ExecutionListener) (execution) -> this.starts.get().begun(execution));
		process.addBuiltInListener(ExecutionListener.EVENTNAME_END, (ExecutionListener) this::ended);
		activities(process.getActivities()).forEach((activity) -> {
			activity.addBuiltInListener(ExecutionListener.EVENTNAME_START,
					(ExecutionListener) (execution) -> entered(activity, execution));
			activity.addBuiltInListener(ExecutionListener.EVENTNAME_END,
					(ExecutionListener) (execution) -> left(activity, execution));
			activity.getOutgoingTransitions()
				.forEach((transition) -> ((TransitionImpl) transition).addBuiltInListener(
						ExecutionListener.EVENTNAME_TAKE,
						(ExecutionListener) (execution) -> this.trace.get().took(run(execution), transition.getId())));
		});
		process.getTaskDefinitions().values().forEach((task) -> {
			task.addBuiltInTaskListener(TaskListener.EVENTNAME_CREATE, (opened) -> this.tasks.get().opened(opened));
			task.addBuiltInTaskListener(TaskListener.EVENTNAME_ASSIGNMENT,
					(assigned) -> this.tasks.get().assigned(assigned));
			task.addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, (done) -> this.tasks.get().closed(done));
			task.addBuiltInTaskListener(TaskListener.EVENTNAME_DELETE, (gone) -> this.tasks.get().closed(gone));
		});
	}

	private static List<ActivityImpl> activities(List<ActivityImpl> level) {
		var all = new ArrayList<ActivityImpl>();
		level.forEach((activity) -> {
			all.add(activity);
			all.addAll(activities(activity.getActivities()));
		});
		return all;
	}

	private void entered(ActivityImpl activity, DelegateExecution execution) {
		var type = String.valueOf(activity.getProperties().get(BpmnProperties.TYPE));
		var kind = switch (type) {
			case "serviceTask", "sendTask" -> RunTrace.Kind.STEP;
			case "userTask" -> RunTrace.Kind.TASK;
			default -> RunTrace.Kind.OTHER;
		};
		this.trace.get().entered(run(execution), activity.getId(), kind);
		if (type.equals("boundaryTimer")) {
			execution.setVariableLocal(ESCALATING, activity.getEventScope().getId());
		}
	}

	private void left(ActivityImpl activity, DelegateExecution execution) {
		this.trace.get().left(run(execution), activity.getId(), execution.isCanceled());
		if (!execution.isCanceled()) {
			this.followUps.get().left(execution, activity.getId());
		}
	}

	private void ended(DelegateExecution execution) {
		var run = run(execution);
		this.followUps.get().ended(run, this.tasks.get().runEnded(run, execution));
	}

	static RunId run(DelegateExecution execution) {
		return RunId.of(execution.getProcessBusinessKey());
	}

}
