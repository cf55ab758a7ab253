package dev.backout.comms;

import java.time.Instant;
import java.util.UUID;

/**
 * "Next update by" has passed and nothing was said. Published once per promise.
 *
 * @param message the message that promised
 * @param run what it is about
 * @param owner id of the person who sent it
 * @param dueAt what was promised
 */
public record PromiseLate(UUID message, String run, String owner, Instant dueAt) {
}
