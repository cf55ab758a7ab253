package dev.backout.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;

/**
 * A backup that is being written; closing it without {@link #commit} or {@link #adopt}
 * throws it away.
 */
final class PartialBackup implements AutoCloseable {

	private final FileStore store;

	private final String id;

	private final Path directory;

	private final FileChannel channel;

	private final FileLock lock;

	private boolean done;

	PartialBackup(FileStore store, String id, Path directory, FileChannel channel, FileLock lock) {
		this.store = store;
		this.id = id;
		this.directory = directory;
		this.channel = channel;
		this.lock = lock;
	}

	Path directory() {
		return this.directory;
	}

	/** How much is written so far. */
	long bytes() throws IOException {
		try (var paths = Files.walk(this.directory)) {
			return paths.filter(Files::isRegularFile).mapToLong((path) -> path.toFile().length()).sum();
		}
	}

	/** Size and SHA-256 of the files so far, by path; some are known already. */
	TreeMap<String, Manifest.FileEntry> files(Map<String, Manifest.FileEntry> known) throws IOException {
		var files = new TreeMap<>(known);
		try (var paths = Files.walk(this.directory)) {
			for (var path : paths.filter(Files::isRegularFile).toList()) {
				var name = this.directory.relativize(path).toString().replace('\\', '/');
				if (!name.equals(FileStore.LOCK) && !known.containsKey(name)) {
					files.put(name, new Manifest.FileEntry(FileStore.sha256(path), FileStore.size(path)));
				}
			}
		}
		return files;
	}

	/** Writes manifest and signature, forces all to disk, and gives it its name. */
	FileStore.Stored commit(Manifest manifest) throws IOException {
		var bytes = manifest.toBytes();
		write(FileStore.MANIFEST, bytes);
		write(FileStore.SIGNATURE, this.store.key().sign(bytes).getBytes(StandardCharsets.US_ASCII));
		name();
		return new FileStore.Stored(this.store.root().resolve(this.id), manifest, Digests.sha256Hex(bytes));
	}

	/**
	 * Gives a backup that was brought from elsewhere its name, if it is genuine and
	 * whole. What somebody has put beside it is left behind.
	 * @throws Rejected {@code backup.not-restorable} when it is not
	 */
	FileStore.Stored adopt() throws IOException {
		var found = this.store.read(this.id, this.directory);
		for (var name : found.strangers()) {
			Files.delete(this.directory.resolve(name));
		}
		var damage = found.damage();
		if (!damage.isEmpty()) {
			throw new Rejected("backup.not-restorable",
					"What was fetched of '%s' cannot be used: %s".formatted(this.id, String.join("; ", damage)));
		}
		for (var name : found.manifest().files().keySet()) {
			FileStore.force(this.directory.resolve(name));
		}
		name();
		return new FileStore.Stored(this.store.root().resolve(this.id), found.manifest(), found.manifestDigest());
	}

	private void name() throws IOException {
		readOnly();
		FileStore.force(this.directory);
		var target = this.store.root().resolve(this.id);
		move(target);
		this.done = true;
		this.channel.close();
		Files.deleteIfExists(target.resolve(FileStore.LOCK));
		FileStore.force(this.store.root());
	}

	/** Under the lock, so that nobody takes it for abandoned meanwhile. */
	private void move(Path target) throws IOException {
		try {
			Files.move(this.directory, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			// Windows moves no directory with an open file in it.
			this.channel.close();
			Files.move(this.directory, target, StandardCopyOption.ATOMIC_MOVE);
		}
	}

	private void write(String name, byte[] bytes) throws IOException {
		try (var out = FileChannel.open(this.directory.resolve(name), StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE)) {
			out.write(java.nio.ByteBuffer.wrap(bytes));
			out.force(true);
		}
	}

	/** A courtesy, no promise: the owner of the directory can still delete. */
	private void readOnly() throws IOException {
		try (var paths = Files.walk(this.directory)) {
			for (var path : paths.filter(Files::isRegularFile).toList()) {
				if (!path.getFileName().toString().equals(FileStore.LOCK)) {
					path.toFile().setReadOnly();
				}
			}
		}
	}

	@Override
	public void close() {
		if (!this.done) {
			try {
				this.lock.close();
				this.channel.close();
			}
			catch (IOException ex) {
				// The lock went with the channel.
			}
			FileStore.remove(this.directory);
		}
	}

}
