package dev.backout.check;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A recorded state of a target.
 *
 * @param target the database
 * @param name for example {@code before-shop-2026.11.2}
 * @param recordedAt when
 * @param schema sorted lines that say what the schema is
 * @param tables rows and content digest by qualified table name
 */
public record Baseline(String target, String name, Instant recordedAt, List<String> schema,
		Map<String, TableState> tables) {

	public Baseline {
		schema = List.copyOf(schema);
		tables = Map.copyOf(tables);
	}

	/**
	 * A table's content.
	 *
	 * @param rows how many
	 * @param digest of the content, independent of row and column order
	 */
	public record TableState(long rows, String digest) {
	}

}
