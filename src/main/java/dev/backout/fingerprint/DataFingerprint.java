package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.backout.kernel.Digests;

/**
 * What the rows of a database are, by table ({@code schema.table}). Partitions count each
 * for itself; generated columns are left out.
 */
public record DataFingerprint(SortedMap<String, TableFingerprint> tables) {

	/** The name under which all large objects count as one table, if there are any. */
	public static final String LARGE_OBJECTS = TableScan.LARGE_OBJECTS;

	public DataFingerprint {
		tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
	}

	/**
	 * Reads all tables of the scope, in the caller's transaction if there is one. For a
	 * consistent picture the caller opens a repeatable-read transaction.
	 */
	public static DataFingerprint of(Connection connection, Scope scope) {
		return new DataFingerprint(TableScan.all(connection, scope));
	}

	/**
	 * The tables that the scope covers, each {@code schema.table} as in
	 * {@link #tables()}.
	 */
	public static List<String> tablesOf(Connection connection, Scope scope) throws SQLException {
		return TableScan.tables(connection, scope);
	}

	/** Of one table, or of nothing if it is not in here. */
	public TableFingerprint table(String name) {
		return this.tables.getOrDefault(name, TableFingerprint.EMPTY);
	}

	public long rows() {
		return this.tables.values().stream().mapToLong(TableFingerprint::rows).sum();
	}

	/** SHA-256 over tables and their fingerprints. */
	public String digest() {
		var text = new StringBuilder();
		this.tables.forEach((name, table) -> text.append(name).append('\t').append(table).append('\n'));
		return Digests.sha256Hex(text.toString());
	}

}
