package dev.backout.fingerprint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import dev.backout.TestDatabase;

/** Schemas to look at, and ways to change them. */
public final class Schemas {

	private Schemas() {
	}

	/** Creates one of every kind of object that the list of mutations touches. */
	public static void everything(TestDatabase database) {
		database.jdbc().sql(read("everything.sql")).update();
	}

	/** Lines {@code name|sql}; a name starting with {@code ~} is a cosmetic change. */
	public static Stream<String> mutations() {
		return read("mutations.txt").lines().filter((line) -> !line.isBlank());
	}

	public static String read(String name) {
		try (var stream = Schemas.class.getResourceAsStream("/fingerprint/" + name)) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
