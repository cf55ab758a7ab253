package dev.backout.fingerprint;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which part of a database a fingerprint looks at.
 *
 * @param own also what Backout itself keeps there: schemas {@code backout} and
 * {@code backout_stash}
 * @param history also Liquibase's tables {@code databasechangelog} and
 * {@code databasechangeloglock}
 * @param tables only these, written {@code schema.table}; empty for all. Narrows data,
 * not schema
 */
public record Scope(boolean own, boolean history, Set<String> tables) {

	/** What belongs to the product: the usual choice for "is it as before?". */
	public static final Scope APPLICATION = new Scope(false, false, Set.of());

	/** All that a backup must bring back. */
	public static final Scope EVERYTHING = new Scope(true, true, Set.of());

	public Scope {
		tables = Set.copyOf(tables);
	}

	/** The data of these tables only, each {@code schema.table}. */
	public Scope only(String... names) {
		return new Scope(this.own, this.history, Set.copyOf(List.of(names)));
	}

	/** Condition on {@code n.nspname} and, where given, on a relation's name. */
	String condition() {
		return namespaces() + (this.history ? "" : " and " + relation("c.relname"));
	}

	String namespaces() {
		return "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
				+ (this.own ? "" : " and n.nspname not in ('backout', 'backout_stash')");
	}

	String relation(String column) {
		return this.history ? "true"
				: "coalesce(%s, '') not in ('databasechangelog', 'databasechangeloglock', 'databasechangelog_pkey', 'databasechangeloglock_pkey')"
					.formatted(column);
	}

	boolean covers(String table) {
		return this.tables.isEmpty() || this.tables.contains(table);
	}

	@Override
	public String toString() {
		return "own=%s history=%s tables=%s".formatted(this.own, this.history, new TreeSet<>(this.tables));
	}

}
