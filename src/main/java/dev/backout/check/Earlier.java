package dev.backout.check;

import org.jspecify.annotations.Nullable;

/**
 * What the same check found another time.
 *
 * @param run id of the suite's execution
 * @param outcome how it ended
 * @param value what was measured, if anything
 */
public record Earlier(String run, Outcome outcome, @Nullable String value) {
}
