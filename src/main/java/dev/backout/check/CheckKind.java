package dev.backout.check;

import java.util.Locale;

/**
 * What a check looks at. The names with hyphens are what suites use; they never change.
 */
public enum CheckKind {

	/** Schema lines that differ from a recorded state. */
	SCHEMA_DRIFT,
	/** Rows of named tables. */
	ROW_COUNTS,
	/** Tables whose content differs from a recorded state. */
	CONTENT_DIGESTS,
	/** Rows whose foreign key finds no parent, also of constraints nobody enforces. */
	FOREIGN_KEY_ORPHANS,
	/** Indexes that the planner does not use or the server does not maintain. */
	INVALID_INDEXES,
	/** B-tree indexes that lack an entry of their table or are out of order. */
	AMCHECK,
	/** Sequences whose next value is taken already. */
	SEQUENCES_BEHIND,
	/** Sequences with less than a tenth of their values, or of their column's, left. */
	SEQUENCES_NEAR_END,
	/** Constraints that existing rows were never checked against. */
	UNVALIDATED_CONSTRAINTS,
	/** Triggers that do not fire in ordinary sessions. */
	DISABLED_TRIGGERS,
	/** Materialised views without data. */
	UNPOPULATED_VIEWS,
	/** Tables that the planner knows nothing about. */
	NEVER_ANALYZED,
	/** Collations whose library changed below the indexes. */
	COLLATION_MISMATCH,
	/** Tables without a primary key. */
	NO_PRIMARY_KEY,
	/** Transactions that were prepared and left. */
	PREPARED_TRANSACTIONS,
	/** Replication slots of the database that nobody reads. */
	INACTIVE_SLOTS,
	/** Tables, views and sequences that do not belong to their schema's owner. */
	OWNER_DRIFT,
	/** A statement of the business in SQL: nothing offends, or a figure is in range. */
	BUSINESS_RULE,
	/** A report compared with its stored result, cell by cell. */
	REPORT,
	/** An HTTP address: status, a value in its JSON, and how fast it answers. */
	HTTP_PROBE;

	/** As suites write it: {@code schema-drift}. */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static CheckKind of(String id) {
		return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

}
