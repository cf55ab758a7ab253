package dev.backout.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;

/** How the files of a backup are kept from other eyes: encrypted, or left as they are. */
public interface Sealing {

	/** No key: files can be read by whoever has them. */
	Sealing NONE = new Sealing() {

		@Override
		public WritableByteChannel seal(WritableByteChannel out, String file) {
			return out;
		}

		@Override
		public InputStream open(InputStream in, String file) {
			return in;
		}

	};

	/**
	 * What is written to the result arrives sealed in {@code out}, which is closed with
	 * it.
	 * @param file path in the backup: a sealed file opens under its own name only
	 */
	WritableByteChannel seal(WritableByteChannel out, String file) throws IOException;

	/**
	 * Reads what {@link #seal} wrote; fails where a byte was changed or the end is
	 * missing.
	 */
	InputStream open(InputStream in, String file) throws IOException;

}
