package dev.backout.run;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run, newest last.
 *
 * @param kind stable name such as {@code run.started}, {@code step.done} or {@code note}
 * @param actor id of the person, or {@code system}
 * @param stepId the element it is about, where there is one
 * @param text one sentence
 */
public record TimelineEntry(long number, Instant at, String kind, String actor, @Nullable String stepId, String text) {
}
