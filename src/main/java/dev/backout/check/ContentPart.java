package dev.backout.check;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Target;

/**
 * A table, or the part of it that a condition takes.
 *
 * @param table {@code schema.table}
 * @param where SQL condition on alias {@code t}, empty for all rows
 */
record ContentPart(String table, String where) {

	ContentPart {
		where = where.strip();
	}

	/** Those that a content check names; empty for all tables of its baseline. */
	static List<ContentPart> of(Check check) {
		return Parameters.list(check.parameters().path("tables"))
			.stream()
			.map((node) -> new ContentPart(node.path("table").asText(), node.path("where").asText()))
			.toList();
	}

	/**
	 * Throws if the condition would do more than read.
	 * @throws dev.backout.kernel.Rejected {@code sql.not-read-only}
	 */
	void vet(Target target, Duration timeout) throws SQLException {
		if (!this.where.isEmpty()) {
			ReadOnlyQuery.vet(target, "select (%s\n) from %s t".formatted(this.where, this.table), timeout);
		}
	}

	String key() {
		return Baseline.part(this.table, this.where);
	}

}
