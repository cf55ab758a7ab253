package dev.backout.playbook;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Gives a playbook another id and name, and leaves every other character as it is: what
 * was drawn, and how, stays comparable with where it came from.
 */
final class Renaming {

	private static final String VALUE = "\"[^\"<]*\"|'[^'<]*'";

	private static final Pattern MARKUP = Pattern
		.compile("<!--.*?-->|<!\\[CDATA\\[.*?]]>|<([^\\s/>!?]+)((?:\\s+[^\\s=>/]+\\s*=\\s*(?:%s))*)(\\s*/?>)"
			.formatted(VALUE), Pattern.DOTALL);

	private static final Pattern ATTRIBUTE = Pattern.compile("(\\s+)([^\\s=>/]+)(\\s*=\\s*)(%s)".formatted(VALUE));

	private Renaming() {
	}

	/**
	 * The document must have passed the rules that keep code out, so it is well-formed.
	 */
	static byte[] to(String id, String title, byte[] document) {
		var text = new String(document, StandardCharsets.UTF_8);
		var former = Outline.of(document).id();
		return MARKUP.matcher(text)
			.replaceAll((tag) -> Matcher.quoteReplacement(renamed(tag, former, id, title)))
			.getBytes(StandardCharsets.UTF_8);
	}

	private static String renamed(MatchResult tag, String former, String id, String title) {
		if (tag.group(1) == null) {
			return tag.group();
		}
		var element = tag.group(1).substring(tag.group(1).indexOf(':') + 1);
		var attributes = tag.group(2);
		if (element.equals("process")) {
			attributes = ATTRIBUTE.matcher(attributes).results().anyMatch((one) -> one.group(2).equals("name"))
					? attributes : attributes + " name=\"\"";
			attributes = with(attributes, Map.of("id", id, "name", title), null);
		}
		else if (attributes.contains(former)) {
			attributes = with(attributes, Map.of("bpmnElement", id, "processRef", id), former);
		}
		return "<" + tag.group(1) + attributes + tag.group(3);
	}

	/** With other values, of those that are now {@code former} or of all. */
	private static String with(String attributes, Map<String, String> values, @Nullable String former) {
		return ATTRIBUTE.matcher(attributes).replaceAll((one) -> {
			var value = values.get(one.group(2));
			var now = one.group(4).substring(1, one.group(4).length() - 1);
			return Matcher.quoteReplacement(value == null || (former != null && !now.equals(former)) ? one.group()
					: one.group(1) + one.group(2) + one.group(3) + '"' + escaped(value) + '"');
		});
	}

	private static String escaped(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
	}

}
