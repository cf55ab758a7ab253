package dev.backout.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a check measured, before anybody says whether it will do.
 *
 * @param value the figure or text that the minimum is about
 * @param summary one sentence for people
 * @param evidence some of what offends
 * @param more what offends beyond the evidence
 * @param query how to look again by hand
 */
record Measurement(String value, String summary, List<Map<String, String>> evidence, long more,
		@Nullable String query) {

	/** Rows of evidence that are kept. */
	static final int KEPT = 20;

	private static final int LONGEST = 200;

	private static final String MASK = "•••";

	/** So many things offend; only the first are kept. */
	static Measurement offending(String what, List<Map<String, String>> offending, @Nullable String query) {
		return new Measurement(String.valueOf(offending.size()), counted(offending.size(), what),
				offending.stream().limit(KEPT).map(Measurement::shortened).toList(),
				Math.max(0, offending.size() - KEPT), query);
	}

	static String counted(long count, String what) {
		return (count == 0) ? "No " + what : "%d %s".formatted(count, what);
	}

	/** The row as evidence: values of columns that are not named are hidden. */
	static Map<String, String> masked(List<String> columns, List<@Nullable String> values, List<String> shown) {
		var row = new LinkedHashMap<String, String>();
		for (int column = 0; column < columns.size(); column++) {
			var value = values.get(column);
			row.put(columns.get(column), (value == null) ? "NULL" : shown.contains(columns.get(column)) ? value : MASK);
		}
		return row;
	}

	static Map<String, String> row(String... namesAndValues) {
		var row = new LinkedHashMap<String, String>();
		for (int index = 0; index < namesAndValues.length; index += 2) {
			row.put(namesAndValues[index], namesAndValues[index + 1]);
		}
		return row;
	}

	static Map<String, String> shortened(Map<String, String> row) {
		var result = new LinkedHashMap<String, String>();
		row.forEach((name, value) -> result.put(name, shortened(value)));
		return result;
	}

	static String shortened(String text) {
		return (text.length() <= LONGEST) ? text : text.substring(0, LONGEST) + "…";
	}

	/** Those whose first value is not to be ignored. */
	static List<Map<String, String>> without(List<Map<String, String>> offending, List<String> ignored) {
		return ignored.isEmpty() ? offending : new ArrayList<>(
				offending.stream().filter((row) -> !ignored.contains(row.values().iterator().next())).toList());
	}

}
