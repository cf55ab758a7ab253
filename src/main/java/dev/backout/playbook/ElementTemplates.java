package dev.backout.playbook;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.backout.step.StepType;

/**
 * The step types as element templates: what an editor for BPMN offers to pick, and which
 * fields it shows for each. Made from the step types and nothing else.
 */
public final class ElementTemplates {

	/** Beside the playbooks; a test holds it equal to the code. */
	public static final String FILE = "bpmn/element-templates/backout.json";

	private static final String SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json";

	private ElementTemplates() {
	}

	/**
	 * A step type as an editor offers it.
	 *
	 * @param id {@code dev.backout.} and the name of the step type
	 */
	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	public record Template(@JsonProperty("$schema") String schema, String name, String id, String description,
			Map<String, String> category, List<String> appliesTo, boolean entriesVisible, List<Group> groups,
			List<Property> properties) {
	}

	/** A part of the form. */
	public record Group(String id, String label) {
	}

	/**
	 * A field of the form.
	 *
	 * @param value what it holds at first
	 * @param binding where the model keeps it
	 */
	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	public record Property(String id, String label, String description, String type, String value, String group,
			Map<String, String> binding, List<Choice> choices, Map<String, Object> constraints) {
	}

	/** One of the values that a field may have. */
	public record Choice(String name, String value) {
	}

	/** All of them, by step type. */
	public static List<Template> of(Collection<StepType> steps) {
		var given = steps.stream()
			.flatMap((step) -> step.outputs().stream())
			.map(StepType.Field::name)
			.collect(Collectors.toSet());
		given.addAll(HouseRules.GIVEN);
		return steps.stream()
			.sorted(Comparator.comparing(StepType::name))
			.map((step) -> template(step, given))
			.toList();
	}

	private static Template template(StepType step, Set<String> given) {
		var properties = new ArrayList<Property>();
		properties.add(hidden("type", "external"));
		properties.add(hidden("topic", step.name()));
		properties.add(new Property("name", "Name", "What an operator reads", "String", step.title(), "step",
				binding("property", "name"), List.of(), Map.of("notEmpty", true)));
		step.inputs()
			.stream()
			.filter((field) -> HouseRules.settable(step, field.name()))
			.map((field) -> property(field, given))
			.forEach(properties::add);
		properties.add(new Property("skippable", "An operator may pass over it",
				"With a reason; what may be passed over counts as not done", "Dropdown", "false", "step",
				binding("camunda:property", "skippable"), List.of(new Choice("No", "false"), new Choice("Yes", "true")),
				Map.of()));
		var module = step.name().substring(0, step.name().indexOf('.'));
		return new Template(SCHEMA, step.title(), "dev.backout." + step.name(), description(step),
				pairs("id", module, "name", label(module)), List.of("bpmn:ServiceTask"), false,
				List.of(new Group("step", "Step"), new Group("inputs", "What it is told")), properties);
	}

	private static Property hidden(String name, String value) {
		return new Property(name, "", "", "Hidden", value, "", binding("property", "camunda:" + name), List.of(),
				Map.of());
	}

	private static Property property(StepType.Field field, Set<String> given) {
		var constraints = new LinkedHashMap<String, Object>();
		if (field.required()) {
			constraints.put("notEmpty", true);
		}
		// An empty parameter would hide what the run knows.
		var known = field.required() ? given.contains(field.name()) : HouseRules.GIVEN.contains(field.name());
		var initial = known ? "${" + field.name() + "}" : "";
		var choices = switch (field.kind()) {
			case CHOICE -> field.choices();
			case FLAG -> List.of("true", "false");
			default -> List.<String>of();
		};
		// A variable of the run is as good as a value, but a list offers only values.
		if (!field.required() && !choices.isEmpty()) {
			choices = new ArrayList<>(choices);
			choices.add(0, "");
		}
		if (choices.isEmpty() && field.kind() != StepType.Kind.TEXT) {
			constraints.put("pattern", pairs("value", "^(\\$\\{.+\\}|" + field.kind().pattern() + ")?$", "message",
					label(field.name()) + " " + field.kind().words()));
		}
		return new Property(field.name(), label(field.name()), field.does(), choices.isEmpty() ? "String" : "Dropdown",
				initial, "inputs", binding("camunda:inputParameter", field.name()),
				choices.stream().map((value) -> new Choice(value.isEmpty() ? "By default" : value, value)).toList(),
				constraints);
	}

	private static Map<String, String> binding(String type, String name) {
		return pairs("type", type, "name", name);
	}

	private static Map<String, String> pairs(String... pairs) {
		var map = new LinkedHashMap<String, String>();
		for (var index = 0; index < pairs.length; index += 2) {
			map.put(pairs[index], pairs[index + 1]);
		}
		return map;
	}

	private static String description(StepType step) {
		var text = new StringBuilder(step.does().replaceAll("\\.$", "")).append('.');
		if (step.destructive()) {
			text.append(" It changes the target: a verified backup and an approval come first.");
		}
		if (!step.outputs().isEmpty()) {
			text.append(" Gives ").append(names(step.outputs().stream().map(StepType.Field::name))).append('.');
		}
		if (!step.refusals().isEmpty()) {
			text.append(" May refuse with ")
				.append(names(step.refusals().stream().map(StepType.Refusal::code)))
				.append('.');
		}
		return text.toString();
	}

	private static String names(Stream<String> names) {
		return names.collect(Collectors.joining(", "));
	}

	/** {@code notOlderThan} reads "Not older than". */
	static String label(String name) {
		var words = name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
		return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
	}

}
