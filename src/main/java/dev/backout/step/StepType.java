package dev.backout.step;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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
	 * @param kind what it may look like
	 * @param choices all that it may be, for a {@link Kind#CHOICE}
	 */
	public record Field(String name, String does, boolean required, Kind kind, List<String> choices) {

		public Field {
			choices = List.copyOf(choices);
			Checks.check((kind == Kind.CHOICE) != choices.isEmpty(),
					() -> "Input '%s' is of kind %s, so choices do not fit".formatted(name, kind));
		}

		public static Field required(String name, String does) {
			return new Field(name, does, true, Kind.TEXT, List.of());
		}

		public static Field optional(String name, String does) {
			return new Field(name, does, false, Kind.TEXT, List.of());
		}

		/** The same, but one of these. */
		public Field oneOf(String... values) {
			return new Field(this.name, this.does, this.required, Kind.CHOICE, List.of(values));
		}

		/** The same, but of this kind. */
		public Field of(Kind kind) {
			return new Field(this.name, this.does, this.required, kind, List.of());
		}

		/** What is wrong with a value that is written out; empty when nothing is. */
		public Optional<String> refusal(String value) {
			return switch (this.kind) {
				case CHOICE ->
					this.choices.contains(value) ? Optional.empty() : Optional.of("must be one of " + this.choices);
				default -> this.kind.fits(value) ? Optional.empty() : Optional.of(this.kind.words());
			};
		}

	}

	/** What a value looks like when a playbook writes it out. */
	public enum Kind {

		/** Any text. */
		TEXT(".*", "must be a text"),

		/** One of the field's choices. */
		CHOICE(".*", "must be one of its choices"),

		/** Whether or not. */
		FLAG("true|false", "must be true or false"),

		/** A span of time. */
		SPAN("P(?=[\\dT])(\\d{1,4}D)?(T(?=\\d)(\\d{1,5}H)?(\\d{1,6}M)?(\\d{1,7}S)?)?",
				"must be a span of time such as PT15M"),

		/** A point in time, in UTC. */
		MOMENT("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?Z",
				"must be a moment in UTC such as 2026-11-23T03:30:00Z");

		private final Pattern pattern;

		private final String words;

		Kind(String pattern, String words) {
			this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
			this.words = words;
		}

		/** For element templates and the browser, which understand it the same way. */
		public String pattern() {
			return this.pattern.pattern();
		}

		/** What to do about a value that does not fit. */
		public String words() {
			return this.words;
		}

		boolean fits(String value) {
			return this.pattern.matcher(value).matches();
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
