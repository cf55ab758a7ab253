package dev.backout.backup;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

import com.github.luben.zstd.ZstdInputStream;
import dev.backout.kernel.Digests;

/**
 * A stored file that is unpacked and checked in one reading: at its end the digest of the
 * stored bytes must be the manifest's.
 */
final class VerifiedStream extends FilterInputStream {

	private static final int BUFFER = 1 << 17;

	private final String file;

	private final Manifest.FileEntry entry;

	private final DigestInputStream stored;

	private final Runnable sound;

	private boolean ended;

	private VerifiedStream(String file, Manifest.FileEntry entry, DigestInputStream stored, InputStream plain,
			Runnable sound) {
		super(plain);
		this.sound = sound;
		this.file = file;
		this.entry = entry;
		this.stored = stored;
	}

	/**
	 * Reads a file.
	 * @param raw its bytes as they are stored
	 * @param sealing what they were sealed with
	 * @param sound told once all of it was read and is what was written
	 */
	static InputStream of(InputStream raw, String file, Manifest.FileEntry entry, Sealing sealing, Runnable sound)
			throws IOException {
		var stored = new DigestInputStream(raw, Digests.sha256());
		try {
			var plain = sealing.open(stored, file);
			var unpacked = file.endsWith(".zst") ? new ZstdInputStream(new BufferedInputStream(plain, BUFFER))
					: file.endsWith(".gz") ? new GZIPInputStream(plain, BUFFER) : plain;
			return new VerifiedStream(file, entry, stored, unpacked, sound);
		}
		catch (IOException | RuntimeException ex) {
			raw.close();
			throw ex;
		}
	}

	@Override
	public int read() throws IOException {
		var one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 255;
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		int read;
		try {
			read = this.in.read(bytes, offset, length);
		}
		catch (IOException ex) {
			// Most likely because the file is not what was written: that is the news
			// then.
			checkDigest();
			throw new IOException("File %s cannot be unpacked: %s".formatted(this.file, ex.getMessage()), ex);
		}
		if (read < 0) {
			checkDigest();
		}
		return read;
	}

	private void checkDigest() throws IOException {
		if (this.ended) {
			return;
		}
		this.ended = true;
		var rest = new byte[BUFFER];
		while (this.stored.read(rest) >= 0) {
			// What the unpacker left over is part of the file as well.
		}
		if (!HexFormat.of().formatHex(this.stored.getMessageDigest().digest()).equals(this.entry.sha256())) {
			throw new IOException("File %s was changed: its SHA-256 is not the manifest's".formatted(this.file));
		}
		this.sound.run();
	}

}
