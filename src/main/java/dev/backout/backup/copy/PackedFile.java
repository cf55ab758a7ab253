package dev.backout.backup.copy;

import java.io.IOException;
import java.nio.ByteBuffer;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.backout.backup.Manifest;

/**
 * A file of rows while it is written: compressed in memory that the compressor uses in
 * place, then passed on to be sealed and hashed.
 */
final class PackedFile implements AutoCloseable {

	/** Two thirds of the size at -1 for a fifth more work; see decision 0059. */
	private static final int LEVEL = 1;

	/** 128 KB of history stay in the processor's cache. */
	private static final int WINDOW = 17;

	private static final int BUFFER = 1 << 18;

	private final SealedFile file;

	private final ZstdCompressCtx zstd = new ZstdCompressCtx();

	private final ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER);

	private final ByteBuffer packed = ByteBuffer.allocateDirect((int) Zstd.compressBound(BUFFER));

	PackedFile(SealedFile file) {
		this.file = file;
		this.zstd.setLevel(LEVEL).setWindowLog(WINDOW);
	}

	void write(byte[] bytes, int from, int to) throws IOException {
		int at = from;
		while (at < to) {
			int length = Math.min(to - at, this.plain.remaining());
			this.plain.put(bytes, at, length);
			at += length;
			if (!this.plain.hasRemaining()) {
				pack(EndDirective.CONTINUE);
			}
		}
	}

	private void pack(EndDirective directive) throws IOException {
		this.plain.flip();
		boolean done;
		do {
			done = this.zstd.compressDirectByteBufferStream(this.packed, this.plain, directive)
					|| directive == EndDirective.CONTINUE;
			this.packed.flip();
			this.file.write(this.packed);
			this.packed.clear();
		}
		while (!done || this.plain.hasRemaining());
		this.plain.clear();
	}

	Manifest.FileEntry finish() throws IOException {
		pack(EndDirective.END);
		return this.file.finish();
	}

	void force() throws IOException {
		this.file.force();
	}

	@Override
	public void close() throws IOException {
		this.zstd.close();
		this.file.close();
	}

}
