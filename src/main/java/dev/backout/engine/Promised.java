package dev.backout.engine;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.backout.playbook.Outline;
import dev.backout.playbook.PlaybookLint;
import org.springframework.stereotype.Component;

/**
 * The variables that something in a playbook gives. A condition may ask for one that no
 * step or person has given yet: it is there, and empty.
 */
@Component
class Promised {

	private final Outlines outlines;

	private final PlaybookLint lint;

	private final Map<String, Set<String>> known = new ConcurrentHashMap<>();

	Promised(Outlines outlines, PlaybookLint lint) {
		this.outlines = outlines;
		this.lint = lint;
	}

	boolean by(String definitionId, String variable) {
		var names = this.known.get(definitionId);
		if (names == null) {
			names = names(this.outlines.of(definitionId));
			this.known.put(definitionId, names);
		}
		return names.contains(variable);
	}

	private Set<String> names(Outline outline) {
		var names = new HashSet<String>();
		names.add(CamundaEngine.APPROVED);
		outline.steps()
			.values()
			.stream()
			.flatMap((step) -> Optional.ofNullable(this.lint.steps().get(step.type())).stream())
			.flatMap((type) -> type.outputs().stream())
			.forEach((output) -> names.add(output.name()));
		outline.tasks().values().forEach((task) -> {
			names.add(task.decision());
			names.add(task.decision() + "Reason");
			names.add(task.decision() + "By");
			task.inputs().forEach((input) -> names.add(input.name()));
		});
		outline.errorVariables().forEach(names::add);
		names.remove("");
		names.remove("Reason");
		names.remove("By");
		return names;
	}

}
