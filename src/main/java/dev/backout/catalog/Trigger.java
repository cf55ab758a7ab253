package dev.backout.catalog;

import java.time.Duration;

/**
 * A measured condition that says whether a release is healthy. No data is never healthy.
 *
 * @param id stable name, unique in the release
 * @param title as people read it
 * @param target id of the managed database that is asked
 * @param sql read-only query with columns {@code at} (timestamptz) and {@code value}
 * (number), newest first
 * @param unit of the value, for people: {@code %} or {@code ms}
 * @param limit the largest healthy value
 * @param consecutive how many of the newest values in a row must be over the limit
 * @param every how often it is measured
 */
public record Trigger(String id, String title, String target, String sql, String unit, double limit, int consecutive,
		Duration every) {
}
