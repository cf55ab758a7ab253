package dev.backout.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Reads what the schema of suites has let through. */
final class Parameters {

	private Parameters() {
	}

	static String text(Check check, String name) {
		return check.parameters().path(name).asText();
	}

	static @Nullable String textOrNull(Check check, String name) {
		return check.parameters().hasNonNull(name) ? text(check, name) : null;
	}

	static List<String> texts(Check check, String name) {
		return list(check.parameters().path(name)).stream().map(JsonNode::asText).toList();
	}

	static List<JsonNode> list(JsonNode array) {
		var items = new ArrayList<JsonNode>();
		array.forEach(items::add);
		return items;
	}

	/** Reads {@code 300ms}, {@code 30s} or {@code 5m}. */
	static Duration duration(String text) {
		if (text.endsWith("ms")) {
			return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
		}
		var number = Long.parseLong(text.substring(0, text.length() - 1));
		return text.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
	}

}
