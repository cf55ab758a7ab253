package dev.backout.backup;

import java.util.ArrayList;
import java.util.List;

import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;

/** Schema lines as a file: one a line, three fields parted by tabs, breaks escaped. */
final class SchemaText {

	private SchemaText() {
	}

	static String write(SchemaFingerprint schema) {
		var text = new StringBuilder();
		for (var line : schema.lines()) {
			text.append(String.join("\t", escaped(line.kind()), escaped(line.object()), escaped(line.detail())))
				.append('\n');
		}
		return text.toString();
	}

	static SchemaFingerprint parse(List<String> text) {
		var lines = new ArrayList<SchemaLine>();
		for (var line : text) {
			var fields = line.split("\t", -1);
			lines.add(new SchemaLine(unescaped(fields[0]), unescaped(fields[1]), unescaped(fields[2])));
		}
		return SchemaFingerprint.of(lines);
	}

	private static String escaped(String text) {
		return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
	}

	private static String unescaped(String text) {
		var plain = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			var unit = text.charAt(i);
			if (unit == '\\') {
				unit = switch (text.charAt(++i)) {
					case 't' -> '\t';
					case 'n' -> '\n';
					case 'r' -> '\r';
					default -> '\\';
				};
			}
			plain.append(unit);
		}
		return plain.toString();
	}

}
