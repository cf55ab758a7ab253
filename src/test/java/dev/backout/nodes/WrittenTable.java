package dev.backout.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of the docs that a test run writes, between two markers that name it. Nobody
 * edits it by hand.
 */
final class WrittenTable {

	static final Path PAGE = Path.of("docs/explain/durability.md");

	private WrittenTable() {
	}

	/**
	 * What was hit at a step.
	 *
	 * @param phase of the step's work
	 * @param takenOverAfterSeconds from the hit to the beginning of the next attempt
	 * @param attempt that ended the step
	 * @param ended how
	 */
	record Hit(String how, String step, String phase, double takenOverAfterSeconds, int attempt, String ended) {

		String cell() {
			return "%.1f s, try %d: %s".formatted(this.takenOverAfterSeconds, this.attempt, this.ended.toLowerCase());
		}

	}

	/** Replaces the table in the page, under a sentence that says what was run. */
	static void write(Path page, String name, String sentence, List<Hit> hits) throws IOException {
		var begin = "<!-- %s: written by the test run, do not edit -->".formatted(name);
		var end = "<!-- end of %s -->".formatted(name);
		var text = Files.readString(page);
		var from = text.indexOf(begin);
		var to = text.indexOf(end);
		if (from < 0 || to < from) {
			throw new IllegalStateException("%s has no lines '%s' and '%s' after it".formatted(page, begin, end));
		}
		Files.writeString(page,
				text.substring(0, from) + begin + "\n" + sentence + "\n\n" + table(hits) + text.substring(to));
	}

	/**
	 * A row for each step, a column for each phase, in the order in which they were hit.
	 */
	static String table(List<Hit> hits) {
		var phases = hits.stream().map(Hit::phase).distinct().toList();
		var rows = new LinkedHashMap<String, Map<String, String>>();
		hits.forEach((hit) -> rows.computeIfAbsent(hit.step(), (step) -> new LinkedHashMap<>())
			.put(hit.phase(), hit.cell()));
		var lines = new ArrayList<String>();
		lines.add("| step | %s |".formatted(String.join(" | ", phases)));
		lines.add("| --- " + "| --- ".repeat(phases.size()) + "|");
		rows.forEach((step, cells) -> lines.add("| `%s` | %s |".formatted(step,
				String.join(" | ", phases.stream().map((phase) -> cells.getOrDefault(phase, "-")).toList()))));
		return String.join("\n", lines) + "\n\n";
	}

}
