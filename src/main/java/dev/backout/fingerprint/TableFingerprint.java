package dev.backout.fingerprint;

import java.math.BigInteger;
import java.sql.Connection;
import java.util.Set;

import dev.backout.kernel.Checks;

/**
 * What the rows of a table are: how many, and the sum of a 64-bit hash of each. The order
 * of rows and columns does not matter, duplicates do not cancel, and the parts of a table
 * add up.
 */
public record TableFingerprint(long rows, BigInteger sum) {

	/** No rows. */
	public static final TableFingerprint EMPTY = new TableFingerprint(0, BigInteger.ZERO);

	/**
	 * Reads the rows of one table, in the caller's transaction if there is one.
	 * @param table {@code schema.table}
	 * @param where SQL condition on alias {@code t}, empty for all rows; never from
	 * outside
	 */
	public static TableFingerprint of(Connection connection, String table, String where) {
		return TableScan.one(connection, table, where);
	}

	/**
	 * Reads the rows of one table as if it had no other columns than these; those that it
	 * does not have are left out.
	 * @param columns names, unquoted
	 */
	public static TableFingerprint of(Connection connection, String table, Set<String> columns) {
		return TableScan.columns(connection, table, columns);
	}

	/** Of the rows of both. */
	public TableFingerprint plus(TableFingerprint other) {
		return new TableFingerprint(this.rows + other.rows, this.sum.add(other.sum));
	}

	/** Of what is left when {@code part} is taken away. */
	public TableFingerprint minus(TableFingerprint part) {
		return new TableFingerprint(this.rows - part.rows, this.sum.subtract(part.sum));
	}

	/** Reads what {@link #toString()} wrote. */
	public static TableFingerprint parse(String text) {
		var colon = text.indexOf(':');
		Checks.check(colon > 0, () -> "A table's fingerprint reads rows:sum, was '%s'".formatted(text));
		return new TableFingerprint(Long.parseLong(text.substring(0, colon)),
				new BigInteger(text.substring(colon + 1), 16));
	}

	/** Rows in decimal, a colon, the sum in hexadecimal. */
	@Override
	public String toString() {
		return this.rows + ":" + this.sum.toString(16);
	}

}
