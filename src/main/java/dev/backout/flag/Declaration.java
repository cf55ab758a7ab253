package dev.backout.flag;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A flag as its file declares it; its state lives in our database.
 *
 * @param key as applications know it
 * @param title as people read it
 * @param type what it is for
 * @param stage how far its life is
 * @param owner who answers for it
 * @param expectedLife after which it counts as stale
 * @param activation when it is right to switch it on
 * @param termination when it has done its work
 * @param target database of its changesets and of its probe
 * @param changesets that must be applied while it is on
 * @param on its state when first declared
 * @param percentage its percentage when first declared
 * @param probe tells whether a toggle did harm, if there is one
 */
record Declaration(String key, String title, FlagType type, Stage stage, String owner, Duration expectedLife,
		@Nullable String activation, @Nullable String termination, @Nullable String target, List<String> changesets,
		boolean on, int percentage, @Nullable Probe probe) {

	/**
	 * How to tell whether it is healthy.
	 *
	 * @param http address that must answer 200, or
	 * @param sql query of one figure, asked of the target
	 * @param most largest healthy figure
	 * @param attempts how often it is asked after a toggle, at most
	 * @param passes how many in a row must be healthy
	 * @param every time between two attempts
	 * @param timeout of one attempt
	 */
	record Probe(@Nullable String http, @Nullable String sql, double most, int attempts, int passes, Duration every,
			Duration timeout) {
	}

}
