package dev.backout.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How one changeset goes back, decided when it was applied.
 *
 * @param way by which means
 * @param statements in order; {@code null} if there is no way
 * @param problem why there is none
 */
record RollbackPlan(Reversal.Way way, @Nullable List<String> statements, @Nullable String problem) {

	static RollbackPlan none(String problem) {
		return new RollbackPlan(Reversal.Way.NONE, null, problem);
	}

}
