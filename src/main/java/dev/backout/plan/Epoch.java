package dev.backout.plan;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A named cut that a rollback returns to.
 *
 * @param name unique on the target, such as {@code before-shop-2026.11.2}
 * @param target id of the managed database
 * @param release whose deployment came next
 * @param takenAt when
 * @param schemaDigest of the product's schema
 * @param dataDigest of the product's rows
 * @param rows how many there were
 * @param changelogDigest of what Liquibase's history said
 * @param flags states of the release's flags
 * @param ledgerSize entries that the record had
 * @param ledgerRoot root of the record's tree then
 */
public record Epoch(String name, String target, String release, Instant takenAt, String schemaDigest, String dataDigest,
		long rows, String changelogDigest, SortedMap<String, Boolean> flags, long ledgerSize, String ledgerRoot) {

	public Epoch {
		flags = new TreeMap<>(flags);
	}

}
