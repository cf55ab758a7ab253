package dev.backout.desk.web;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.backout.comms.MessageTemplate;

/**
 * A gap of a message as its form shows it.
 *
 * @param kind {@code line}, {@code text} or {@code moment}
 * @param known whether the catalogue fills it, so that it is seldom changed
 */
public record LetterField(String name, String label, String value, boolean required, String kind, boolean known) {

	private static final Map<String, String> LABELS = Map.of("impact", "Who is affected, and how?", "scope",
			"Which parts?", "whatWeDo", "What do we do?", "whatWeDid", "What did we do?", "whatToDo",
			"What should readers do?", "whatHasChanged", "What is new?", "whatIsLeft", "What is left to do?", "owner",
			"Who keeps them informed?", "nextUpdateAt", "Next word by (UTC)");

	private static final Set<String> KNOWN = Set.of("product", "version", "release", "title", "target", "statusUrl",
			"owner", "scope");

	static List<LetterField> of(MessageTemplate template, Map<String, String> values) {
		return template.fields()
			.stream()
			.map((name) -> new LetterField(name, label(name), value(name, values), template.required().contains(name),
					kind(name), KNOWN.contains(name)))
			.toList();
	}

	/** What a form sends back, as messages keep it. */
	static String parse(String name, String value) {
		return (moment(name) && value.matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}")) ? value + ":00Z" : value.strip();
	}

	private static String value(String name, Map<String, String> values) {
		var value = values.getOrDefault(name, "");
		return (moment(name) && value.length() > 16) ? value.substring(0, 16) : value;
	}

	private static String kind(String name) {
		if (moment(name)) {
			return "moment";
		}
		return KNOWN.contains(name) ? "line" : "text";
	}

	private static boolean moment(String name) {
		return name.endsWith("At");
	}

	private static String label(String name) {
		var words = name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
		return LABELS.getOrDefault(name, Character.toUpperCase(words.charAt(0)) + words.substring(1));
	}

}
