package dev.backout.playbook;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.backout.step.StepType;

/** All rules that a playbook has to keep, over a set of step types. */
public final class PlaybookLint {

	private final Supplier<? extends Collection<StepType>> steps;

	/**
	 * Over step types that may not be known before the first check.
	 */
	public PlaybookLint(Supplier<? extends Collection<StepType>> steps) {
		this.steps = steps;
	}

	/** Everything that is wrong, errors and warnings, in the order of the lines. */
	public List<Finding> check(PlaybookFile file) {
		return List.of();
	}

	/** What keeps the playbook out. */
	public List<Finding> errors(PlaybookFile file) {
		return check(file).stream().filter((finding) -> finding.level() == Finding.Level.ERROR).toList();
	}

	/** The step types that playbooks may use, by name. */
	public Map<String, StepType> steps() {
		return this.steps.get().stream().collect(Collectors.toMap(StepType::name, Function.identity()));
	}

}
