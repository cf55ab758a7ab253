package dev.backout.kernel;

import java.util.function.Supplier;

/** Small argument checks with messages that name the offending value. */
public final class Checks {

	private Checks() {
	}

	/** Throws {@link IllegalArgumentException} with {@code message} unless {@code ok}. */
	public static void check(boolean ok, Supplier<String> message) {
		if (!ok) {
			throw new IllegalArgumentException(message.get());
		}
	}

}
