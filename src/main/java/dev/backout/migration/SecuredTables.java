package dev.backout.migration;

import java.util.Optional;
import java.util.Set;

/**
 * Says what is secured by a backup and what a way back needs; filled by whoever plans.
 */
public interface SecuredTables {

	/**
	 * Names of the tables whose rows a backup has, {@code schema.table}; empty when it is
	 * of the whole database.
	 * @throws dev.backout.kernel.Rejected if there is no such backup
	 */
	Optional<Set<String>> of(String backup);

	/**
	 * Names of the tables that undoing a release changes now, with all partitions; empty
	 * when that is not known.
	 */
	Optional<Set<String>> changedBy(String release, String target);

}
