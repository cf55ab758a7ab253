package dev.backout.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import dev.backout.kernel.Rejected;

/**
 * A password by reference: {@code env:NAME} or {@code file:/path}, looked up each time it
 * is needed. Never shows its value; a literal is for the demo and for tests.
 */
public final class Secret {

	private final String reference;

	private final boolean literal;

	private Secret(String reference, boolean literal) {
		this.reference = reference;
		this.literal = literal;
	}

	/**
	 * Reads {@code env:NAME}, {@code file:/path}, or takes the text itself.
	 */
	public static Secret of(String text) {
		return new Secret(text, !text.startsWith("env:") && !text.startsWith("file:"));
	}

	/** The password now; refused when the reference leads nowhere. */
	public String value() {
		if (this.literal) {
			return this.reference;
		}
		var name = this.reference.substring(this.reference.indexOf(':') + 1);
		return this.reference.startsWith("env:") ? environment(name) : file(Path.of(name));
	}

	private static String environment(String name) {
		return Optional.ofNullable(System.getenv(name))
			.orElseThrow(() -> new Rejected("target.secret",
					"Environment variable '%s' is not set: it should hold a target's password".formatted(name)));
	}

	private static String file(Path path) {
		try {
			return Files.readString(path).strip();
		}
		catch (IOException ex) {
			throw new Rejected("target.secret",
					"File %s cannot be read: it should hold a target's password".formatted(path));
		}
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Secret secret && secret.reference.equals(this.reference);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.reference);
	}

	/** The reference, or asterisks for a literal. */
	@Override
	public String toString() {
		return this.literal ? "***" : this.reference;
	}

}
