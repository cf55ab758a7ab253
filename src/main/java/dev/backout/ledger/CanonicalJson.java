package dev.backout.ledger;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * JSON with exactly one spelling (RFC 8785 for objects of strings): keys sorted by UTF-16
 * units, no blanks, the shortest escapes. Whoever writes the same deed gets the same
 * bytes.
 */
final class CanonicalJson {

	private static final String HEX = "0123456789abcdef";

	private CanonicalJson() {
	}

	static String object(Map<String, String> values) {
		var json = new StringBuilder("{");
		new TreeMap<>(values).forEach((key, value) -> {
			json.append((json.length() == 1) ? "" : ",");
			string(key, json).append(':');
			string(value, json);
		});
		return json.append('}').toString();
	}

	/** A string in quotes, or {@code null}. */
	static String string(@Nullable String text) {
		return (text == null) ? "null" : string(text, new StringBuilder()).toString();
	}

	private static StringBuilder string(String text, StringBuilder json) {
		json.append('"');
		for (int i = 0; i < text.length(); i++) {
			char unit = text.charAt(i);
			if (Character.isHighSurrogate(unit) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				json.append(unit).append(text.charAt(++i));
			}
			else {
				json.append(escaped(unit));
			}
		}
		return json.append('"');
	}

	private static String escaped(char unit) {
		return switch (unit) {
			case '"' -> "\\\"";
			case '\\' -> "\\\\";
			case '\b' -> "\\b";
			case '\t' -> "\\t";
			case '\n' -> "\\n";
			case '\f' -> "\\f";
			case '\r' -> "\\r";
			default -> {
				if (unit < ' ') {
					yield "\\u00" + HEX.charAt(unit >> 4) + HEX.charAt(unit & 15);
				}
				// Half a character has no UTF-8 form.
				yield Character.isSurrogate(unit) ? "\ufffd" : String.valueOf(unit);
			}
		};
	}

}
