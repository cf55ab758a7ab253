package dev.backout.engine;

import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.backout.kernel.Rejected;
import dev.backout.people.Role;
import dev.backout.playbook.Outline;
import dev.backout.run.InboxTask;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.CommandChecker;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.IdentityLink;
import org.jspecify.annotations.Nullable;

/**
 * Who may work on a task, held by the engine itself: for claiming, completing, handing
 * over and throwing an error, whichever way the command came.
 */
class FourEyes extends AbstractProcessEnginePlugin {

	static final String REASON = "You declared this rollback: somebody else must approve it";

	private final Supplier<Outlines> outlines;

	FourEyes(Supplier<Outlines> outlines) {
		this.outlines = outlines;
	}

	@Override
	public void postInit(ProcessEngineConfigurationImpl engine) {
		// The interface has some seventy methods of which one concerns us.
		engine.getCommandCheckers()
			.add((CommandChecker) Proxy.newProxyInstance(FourEyes.class.getClassLoader(),
					new Class<?>[] { CommandChecker.class }, (proxy, method, arguments) -> switch (method.getName()) {
						case "checkTaskWork", "checkTaskAssign" -> {
							check((TaskEntity) arguments[0]);
							yield null;
						}
						case "equals" -> proxy == arguments[0];
						case "hashCode" -> System.identityHashCode(proxy);
						case "toString" -> "FourEyes";
						default -> null;
					}));
	}

	private void check(TaskEntity task) {
		var person = Context.getCommandContext().getAuthenticatedUserId();
		if (person == null) {
			// The engine itself: a timer, or a step that ended.
			return;
		}
		var spec = this.outlines.get().of(task.getProcessDefinitionId()).tasks().get(task.getTaskDefinitionKey());
		if (spec != null) {
			demandAnother(spec, person, Given.first(task, "requester"));
			demandRole(InboxTask.Kind.of(spec));
		}
		if (task.getAssignee() != null && !task.getAssignee().equals(person)) {
			throw new Rejected("task.forbidden", "%s has taken this task".formatted(task.getAssignee()));
		}
		if (task.getAssignee() == null && !named(task, person)) {
			throw new Rejected("task.forbidden", "You are not named for this task");
		}
	}

	private static void demandRole(InboxTask.Kind kind) {
		var groups = Context.getCommandContext().getAuthentication().getGroupIds();
		var held = Stream.of(Role.values())
			.filter((role) -> groups != null && groups.contains(DirectoryIdentity.group(role)))
			.toList();
		if (!kind.takes(held)) {
			throw new Rejected("task.forbidden", kind.roleMissing("you do"));
		}
	}

	private static boolean named(TaskEntity task, String person) {
		return task.getCandidates().stream().map(IdentityLink::getUserId).anyMatch(person::equals);
	}

	static boolean isApproval(Outline.UserTask task) {
		return InboxTask.Kind.of(task) == InboxTask.Kind.APPROVAL;
	}

	static void demandAnother(Outline.UserTask task, String person, @Nullable Object requester) {
		if (isApproval(task) && Objects.equals(person, requester)) {
			throw new Rejected("task.four-eyes", REASON);
		}
	}

}
