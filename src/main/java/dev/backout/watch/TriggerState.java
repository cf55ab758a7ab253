package dev.backout.watch;

import java.time.Instant;

import dev.backout.watch.ReleaseHealth.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger says now.
 *
 * @param trigger id of the trigger
 * @param title as people read it
 * @param unit of the values, such as {@code %}
 * @param limit the largest healthy value
 * @param consecutive how many values in a row must be over the limit to fire
 * @param status fired, unknown or healthy
 * @param since when the status began
 * @param last the last sample
 * @param failing how many of the newest values in a row are over the limit
 * @param summary one sentence for people, with the evidence
 */
public record TriggerState(String trigger, String title, String unit, double limit, int consecutive, Status status,
		@Nullable Instant since, @Nullable Sample last, int failing, String summary) {
}
