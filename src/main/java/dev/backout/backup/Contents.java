package dev.backout.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The files of a complete backup, read as they were before they were packed and sealed.
 */
public interface Contents {

	boolean has(String file);

	/**
	 * Opens a file. Whoever reads it to the end knows that it is what was written: the
	 * digest of the stored bytes is compared on the way, and one that differs is an
	 * {@link IOException}.
	 */
	InputStream open(String file) throws IOException;

	/** A small file of text. */
	default String text(String file) throws IOException {
		try (var in = open(file)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
