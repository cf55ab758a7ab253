package dev.backout.backup;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How far a verification goes beyond schema, rows, sequences and the order in indexes.
 *
 * @param notOlderThan an older snapshot is a finding
 * @param thorough whether each row is looked up in each index, and each page of the
 * tables is looked at
 * @param suite business rules that must hold on the restored rows; {@code null} for those
 * that go with the target, as far as they hold there; empty for none
 */
public record Scrutiny(Duration notOlderThan, boolean thorough, @Nullable String suite) {

	/** As after every backup. */
	public static final Scrutiny USUAL = new Scrutiny(Backups.MAX_AGE, false, null);

	/** The same of a snapshot that has to be fresh. */
	public Scrutiny fresh(Duration age) {
		return new Scrutiny(age, this.thorough, this.suite);
	}

}
