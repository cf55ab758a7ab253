package dev.backout.check;

import java.util.List;

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

	String key() {
		return Baseline.part(this.table, this.where);
	}

}
