package dev.backout.comms;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * One copy of a message on its way.
 *
 * @param id stable
 * @param message the message
 * @param address where to
 * @param name of the recipient
 * @param state where it is
 * @param tries how often it was tried
 * @param nextTryAt when it is tried next, while it waits
 * @param answer what the other side said last
 * @param settledAt when it stopped waiting
 */
public record Delivery(long id, UUID message, String address, String name, State state, int tries, Instant nextTryAt,
		@Nullable String answer, @Nullable Instant settledAt) {

	/** Where a copy is. */
	public enum State {

		/** In our outbox. */
		WAITING,
		/** The mail server has it, or the file is written. */
		ACCEPTED,
		/** The mail server will not take it for this address. */
		REFUSED,
		/** Tried for days without success; somebody can try again. */
		GIVEN_UP

	}

}
