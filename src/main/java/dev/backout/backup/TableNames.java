package dev.backout.backup;

import java.util.ArrayList;
import java.util.List;

/** Names of tables in one text, parted by commas; in quotes a comma is part of a name. */
final class TableNames {

	private TableNames() {
	}

	/**
	 * The names one by one, as they are written.
	 * @throws IllegalArgumentException if a quote is not closed, or nothing is between
	 * two commas
	 */
	static List<String> in(String list) {
		var names = new ArrayList<String>();
		if (list.isBlank()) {
			return names;
		}
		var from = 0;
		var quoted = false;
		for (var at = 0; at <= list.length(); at++) {
			if (at < list.length() && list.charAt(at) == '"') {
				quoted = !quoted;
			}
			else if (at == list.length() || (list.charAt(at) == ',' && !quoted)) {
				names.add(name(list, from, at));
				from = at + 1;
			}
		}
		if (quoted) {
			throw new IllegalArgumentException("Tables '%s': a quote is not closed".formatted(list));
		}
		return names;
	}

	private static String name(String list, int from, int to) {
		var name = list.substring(from, to).strip();
		if (name.isEmpty()) {
			throw new IllegalArgumentException(
					"Tables '%s': there is no name at character %d".formatted(list, from + 1));
		}
		return name;
	}

}
