package dev.backout.comms;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who gets a copy.
 *
 * @param address where to
 * @param name as people read it
 * @param subscriber id of the subscription, for those who can end it themselves
 */
public record Recipient(String address, String name, @Nullable UUID subscriber) {
}
