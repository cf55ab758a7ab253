package dev.backout.check;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.TableFingerprint;

/**
 * A recorded state of a target.
 *
 * @param target the database
 * @param name for example {@code before-shop-2026.11.2}
 * @param recordedAt when
 * @param schema what the schema was
 * @param tables rows and content by {@code schema.table}; parts of a table by
 * {@code schema.table where condition}
 * @param reports answers of report queries by {@code suite/check}, cells by column
 */
public record Baseline(String target, String name, Instant recordedAt, SchemaFingerprint schema,
		Map<String, TableFingerprint> tables, Map<String, List<Map<String, String>>> reports) {

	public Baseline {
		tables = Map.copyOf(tables);
		reports = Map.copyOf(reports);
	}

	/** The key of a table, or of the part of it that the condition takes. */
	static String part(String table, String where) {
		return where.isBlank() ? table : table + " where " + where.strip();
	}

}
