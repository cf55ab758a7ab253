package dev.backout.fingerprint;

import org.jspecify.annotations.Nullable;

/**
 * A table whose rows differ.
 *
 * @param table {@code schema.table}
 * @param before {@code null} where there was no such table
 * @param after {@code null} where there is none any more
 */
public record TableDifference(String table, @Nullable TableFingerprint before, @Nullable TableFingerprint after) {

	@Override
	public String toString() {
		if (this.before == null) {
			return "%s: only after".formatted(this.table);
		}
		if (this.after == null) {
			return "%s: only before".formatted(this.table);
		}
		return (this.before.rows() == this.after.rows())
				? "%s: %d rows, contents differ".formatted(this.table, this.before.rows())
				: "%s: %d rows before, %d after".formatted(this.table, this.before.rows(), this.after.rows());
	}

}
