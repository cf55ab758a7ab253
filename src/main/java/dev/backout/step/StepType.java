package dev.backout.step;

import java.util.List;

import dev.backout.kernel.Checks;

/**
 * A kind of step: the one source for the engine's topics, the playbook gate, the element
 * templates and the reference page.
 *
 * @param name stable name that playbooks refer to, for example {@code migration.revert}
 * @param title what a designer reads in the palette
 * @param does one sentence: what it does
 * @param inputs what it needs to be told
 * @param outputs what it gives to later steps
 * @param refusals codes that it may end with, each to be handled by the playbook
 * @param destructive whether it changes a target so that a verified backup and an
 * approval must come first
 */
public record StepType(String name, String title, String does, List<Field> inputs, List<Field> outputs,
		List<Refusal> refusals, boolean destructive) {

	public StepType {
		Checks.check(name.matches("[a-z]+\\.[a-z-]+"), () -> "Step type must read 'module.verb', was " + name);
		inputs = List.copyOf(inputs);
		outputs = List.copyOf(outputs);
		refusals = List.copyOf(refusals);
	}

	/**
	 * A named value.
	 *
	 * @param name as in the model's input or output parameter
	 * @param does what it means, in a sentence
	 * @param required whether a playbook must give it
	 */
	public record Field(String name, String does, boolean required) {

		public static Field required(String name, String does) {
			return new Field(name, does, true);
		}

		public static Field optional(String name, String does) {
			return new Field(name, does, false);
		}

	}

	/**
	 * A way to end that the playbook branches on.
	 *
	 * @param code BPMN error code, stable
	 * @param when in which case
	 */
	public record Refusal(String code, String when) {
	}

}
