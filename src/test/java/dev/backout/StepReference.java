package dev.backout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.playbook.ElementTemplates;
import dev.backout.step.StepType;

/** What is made from the step types: the list for tools, and the reference page. */
final class StepReference {

	static final Path LIST = Path.of("src/main/resources/step-types.json");

	static final Path PAGE = Path.of("docs/reference/steps.md");

	static final Path TEMPLATES = Path.of(ElementTemplates.FILE);

	private StepReference() {
	}

	static String list(List<StepType> types) throws IOException {
		return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(sorted(types)) + "\n";
	}

	static String templates(List<StepType> types) throws IOException {
		return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(ElementTemplates.of(types))
				+ "\n";
	}

	static String page(List<StepType> types) {
		var page = new StringBuilder("""
				# Step types

				Every step of a playbook is of one of these types: an external task whose topic is the type's name.
				Inputs are input parameters of the step, or variables of the run with the same name; outputs become
				variables of the run. A refusal is caught by an error boundary event with its code. A step type that
				changes the target runs only under an approval of the plan as it is sealed at that moment.

				This page is made from the code; `mvn test -Dtest=BackoutTests -Dbackout.write-reference=true` writes it
				again.
				""");
		sorted(types).forEach((type) -> {
			page.append("\n## `%s`\n\n%s: %s%s\n".formatted(type.name(), type.title(),
					type.does().replaceAll("\\.$", ""), type.destructive() ? ". **Changes the target.**" : "."));
			if (!type.inputs().isEmpty()) {
				page.append("\n| input | | | meaning |\n| --- | --- | --- | --- |\n");
				type.inputs()
					.forEach((field) -> page.append("| `%s` | %s | %s | %s |\n".formatted(field.name(),
							field.required() ? "required" : "optional", kind(field), cell(field.does()))));
			}
			if (!type.outputs().isEmpty()) {
				page.append("\n| output | meaning |\n| --- | --- |\n");
				type.outputs()
					.forEach((field) -> page.append("| `%s` | %s |\n".formatted(field.name(), cell(field.does()))));
			}
			if (!type.refusals().isEmpty()) {
				page.append("\n| refusal | when |\n| --- | --- |\n");
				type.refusals()
					.forEach((refusal) -> page
						.append("| `%s` | %s |\n".formatted(refusal.code(), cell(refusal.when()))));
			}
		});
		return page.toString();
	}

	static void write(List<StepType> types) throws IOException {
		Files.writeString(LIST, list(types));
		Files.createDirectories(PAGE.getParent());
		Files.writeString(PAGE, page(types));
		Files.createDirectories(TEMPLATES.getParent());
		Files.writeString(TEMPLATES, templates(types));
	}

	private static String kind(StepType.Field field) {
		return switch (field.kind()) {
			case TEXT -> "text";
			case CHOICE -> field.choices().stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
			case FLAG -> "`true` or `false`";
			case SPAN -> "span such as `PT15M`";
			case MOMENT -> "moment such as `2026-11-23T03:30:00Z`";
		};
	}

	private static String cell(String text) {
		return text.replace("|", "\\|");
	}

	private static List<StepType> sorted(List<StepType> types) {
		return types.stream().sorted(Comparator.comparing(StepType::name)).toList();
	}

}
