package dev.backout.comms;

import org.jspecify.annotations.Nullable;

/**
 * A message was written, edited or sent, or a copy arrived. Published after the change
 * has been committed.
 *
 * @param run the run that it is about, if any
 */
public record MessagesChanged(@Nullable String run) {
}
