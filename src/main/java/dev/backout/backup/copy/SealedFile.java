package dev.backout.backup.copy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

import dev.backout.backup.Manifest;
import dev.backout.backup.Sealing;
import dev.backout.kernel.Digests;

/** A new file of a backup: sealed, and hashed as it goes to disk. */
final class SealedFile implements AutoCloseable {

	private final FileChannel channel;

	private final WritableByteChannel sealed;

	private final MessageDigest sha = Digests.sha256();

	private long size;

	SealedFile(Path directory, String file, Sealing sealing) throws IOException {
		this.channel = FileChannel.open(directory.resolve(file), StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE);
		this.sealed = sealing.seal(new Hashed(), file);
	}

	void write(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			this.sealed.write(bytes);
		}
	}

	/** Writes what is left; the bytes may not be on disk before {@link #force}. */
	Manifest.FileEntry finish() throws IOException {
		this.sealed.close();
		return new Manifest.FileEntry(HexFormat.of().formatHex(this.sha.digest()), this.size);
	}

	void force() throws IOException {
		this.channel.force(false);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/** Stays open when it is closed: the file is forced to disk later. */
	private final class Hashed implements WritableByteChannel {

		@Override
		public int write(ByteBuffer bytes) throws IOException {
			int length = bytes.remaining();
			SealedFile.this.sha.update(bytes.duplicate());
			while (bytes.hasRemaining()) {
				SealedFile.this.channel.write(bytes);
			}
			SealedFile.this.size += length;
			return length;
		}

		@Override
		public boolean isOpen() {
			return SealedFile.this.channel.isOpen();
		}

		@Override
		public void close() {
		}

	}

}
