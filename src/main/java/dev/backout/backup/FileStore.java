package dev.backout.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;

/**
 * Backups as directories of files that are written once. A backup is written under a
 * hidden name and gets its own when it is complete and on disk: whatever is listed, is
 * whole. Nothing is ever changed afterwards.
 */
final class FileStore {

	static final String MANIFEST = "manifest.json";

	static final String SIGNATURE = "manifest.sig";

	private static final String PARTIAL = ".partial-";

	/** Of a backup whose deletion was begun: whoever comes next finishes it. */
	private static final String GONE = ".gone-";

	static final String LOCK = ".lock";

	private final Path root;

	private final ManifestKey key;

	private final StoreNotes notes;

	FileStore(Path root, ManifestKey key) {
		this.root = root;
		this.key = key;
		this.notes = new StoreNotes(root, key);
	}

	/** Another directory, whose backups the same key signs. */
	FileStore beside(Path directory) {
		return new FileStore(directory, this.key);
	}

	/** What signs the manifests. */
	ManifestKey key() {
		return this.key;
	}

	/** Holds, and retention that was made longer. */
	StoreNotes notes() {
		return this.notes;
	}

	/** How long a backup is kept. */
	Instant retainUntil(Stored stored) {
		return this.notes.retainUntil(stored.manifest().id(), stored.manifest().retainUntil());
	}

	/** Starts a backup; also throws away what killed processes left half done. */
	PartialBackup begin(String id) {
		checkName(id);
		try {
			Files.createDirectories(this.root);
			sweep();
			var directory = Files.createDirectory(this.root.resolve(PARTIAL + id));
			var channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW,
					StandardOpenOption.WRITE);
			return new PartialBackup(this, id, directory, channel, channel.lock());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("A backup cannot be written to " + this.root, ex);
		}
	}

	/** Names of the complete backups, oldest first. */
	List<String> ids() {
		if (Files.notExists(this.root)) {
			return List.of();
		}
		try (var entries = Files.list(this.root)) {
			return entries.filter((entry) -> Files.exists(entry.resolve(MANIFEST)))
				.map((entry) -> entry.getFileName().toString())
				.filter((name) -> !name.startsWith("."))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Backups cannot be listed in " + this.root, ex);
		}
	}

	/**
	 * Opens a backup of which the manifest is genuine.
	 * @throws Rejected {@code backup.not-restorable} when it is not
	 */
	Stored open(String id) {
		checkName(id);
		var directory = this.root.resolve(id);
		if (!Files.isDirectory(directory)) {
			throw new Rejected("backup.unknown", "There is no backup '%s' in %s".formatted(id, this.root));
		}
		return read(id, directory);
	}

	/** A name is one of a directory, and leads nowhere else. */
	private void checkName(String id) {
		if (!id.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*")) {
			throw new Rejected("backup.unknown",
					"There is no backup '%s': a name has letters, digits, '.', '_' and '-' only".formatted(id));
		}
	}

	/** As {@link #open}, wherever it is. */
	Stored read(String id, Path directory) {
		try {
			var bytes = Files.readAllBytes(directory.resolve(MANIFEST));
			if (!this.key.signed(bytes, Files.readString(directory.resolve(SIGNATURE)))) {
				throw damaged(id, "its manifest was edited, or another key than %s signed it".formatted(this.key.id()));
			}
			var manifest = Manifest.parse(id, bytes);
			if (!manifest.id().equals(id)) {
				throw damaged(id, "its manifest is that of '%s'".formatted(manifest.id()));
			}
			return new Stored(directory, manifest, Digests.sha256Hex(bytes));
		}
		catch (IOException ex) {
			throw damaged(id, "its manifest cannot be read: " + ex);
		}
	}

	private static Rejected damaged(String id, String why) {
		return new Rejected("backup.not-restorable", "Backup '%s' cannot be trusted: %s".formatted(id, why));
	}

	/** The complete backup that was taken for this key. */
	Optional<Stored> byKey(String key) {
		return ids().stream()
			.map(this::tryOpen)
			.flatMap(Optional::stream)
			.filter((stored) -> stored.manifest().key().equals(key))
			.findFirst();
	}

	/** The latest of a target. */
	Optional<Stored> latest(String target) {
		return ids().stream()
			.map(this::tryOpen)
			.flatMap(Optional::stream)
			.filter((stored) -> stored.manifest().source().target().equals(target))
			.max(Comparator.comparing((stored) -> stored.manifest().takenAt()));
	}

	private Optional<Stored> tryOpen(String id) {
		try {
			return Optional.of(open(id));
		}
		catch (Rejected ex) {
			return Optional.empty();
		}
	}

	/**
	 * Deletes a backup for good: first its name, so that nothing half deleted is listed.
	 * @param now by a clock that the caller trusts
	 * @throws Rejected {@code backup.held}, {@code backup.retained} before its time
	 */
	void delete(String id, Instant now) {
		refuseToDelete(id, now);
		var gone = this.root.resolve(GONE + id);
		try {
			Files.move(this.root.resolve(id), gone, StandardCopyOption.ATOMIC_MOVE);
			remove(gone);
			this.notes.forget(id);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Backup '%s' could not be deleted".formatted(id), ex);
		}
	}

	/**
	 * As {@link #delete}, without doing it.
	 * @throws Rejected {@code backup.held}, {@code backup.retained} before its time
	 */
	void refuseToDelete(String id, Instant now) {
		var stored = open(id);
		this.notes.hold(id).ifPresent((hold) -> {
			throw new Rejected("backup.held",
					"Backup '%s' is held by %s since %s: %s".formatted(id, hold.actor(), hold.since(), hold.reason()));
		});
		if (now.isBefore(retainUntil(stored))) {
			throw new Rejected("backup.retained",
					"Backup '%s' is kept until %s and cannot be deleted before".formatted(id, retainUntil(stored)));
		}
	}

	/** Bytes that can still be written. */
	long usableBytes() {
		try {
			Files.createDirectories(this.root);
			return Files.getFileStore(this.root).getUsableSpace();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path root() {
		return this.root;
	}

	/** Throws away what killed processes left half done. */
	void sweep() {
		if (Files.notExists(this.root)) {
			return;
		}
		try (var entries = Files.list(this.root)) {
			for (var entry : entries.filter((path) -> path.getFileName().toString().startsWith(GONE)).toList()) {
				remove(entry);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Half deleted backups in %s cannot be looked for".formatted(this.root), ex);
		}
		try (var entries = Files.list(this.root)) {
			for (var entry : entries.filter((path) -> path.getFileName().toString().startsWith(PARTIAL)).toList()) {
				if (abandoned(entry)) {
					remove(entry);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Half backups in %s cannot be looked for".formatted(this.root), ex);
		}
	}

	/** Its writer holds a lock as long as it lives. */
	private static boolean abandoned(Path directory) throws IOException {
		try (var channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); var lock = channel.tryLock()) {
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	static void remove(Path directory) {
		try (var paths = Files.walk(directory)) {
			for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
				if (Files.isDirectory(path)) {
					path.toFile().setWritable(true);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		try (var paths = Files.walk(directory)) {
			for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(path);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Files in %s could not be deleted".formatted(directory), ex);
		}
	}

	/**
	 * A complete backup.
	 *
	 * @param directory where its files are
	 * @param manifest genuine
	 * @param manifestDigest SHA-256 of it
	 */
	record Stored(Path directory, Manifest manifest, String manifestDigest) {

		/** What is wrong with the files, one sentence each. */
		List<String> damage() {
			var damage = new ArrayList<>(misfits());
			damage.addAll(changed(Set.of()));
			return damage;
		}

		/**
		 * What can be told without reading them: missing, cut short, or not of the
		 * backup.
		 */
		List<String> misfits() {
			var misfits = new ArrayList<String>();
			var files = this.manifest.files();
			files.forEach((name, entry) -> {
				var path = this.directory.resolve(name);
				if (Files.notExists(path)) {
					misfits.add("File %s is missing".formatted(name));
				}
				else if (size(path) != entry.size()) {
					misfits.add("File %s has %d bytes instead of %d".formatted(name, size(path), entry.size()));
				}
			});
			strangers().forEach((name) -> misfits.add("File %s does not belong to the backup".formatted(name)));
			return misfits;
		}

		/** Files that are not of the backup. */
		List<String> strangers() {
			return present().stream().filter((name) -> !this.manifest.files().containsKey(name)).toList();
		}

		/**
		 * Files whose bytes are not those that were written.
		 * @param known not to be read again
		 */
		List<String> changed(Set<String> known) {
			var changed = new ArrayList<String>();
			this.manifest.files().forEach((name, entry) -> {
				var path = this.directory.resolve(name);
				if (!known.contains(name) && Files.exists(path) && size(path) == entry.size()
						&& !sha256(path).equals(entry.sha256())) {
					changed.add("File %s was changed: its SHA-256 is not the manifest's".formatted(name));
				}
			});
			return changed;
		}

		private List<String> present() {
			try (var paths = Files.walk(this.directory)) {
				return paths.filter(Files::isRegularFile)
					.map((path) -> this.directory.relativize(path).toString().replace('\\', '/'))
					.filter((name) -> !Set.of(MANIFEST, SIGNATURE, LOCK).contains(name))
					.sorted()
					.toList();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	static long size(Path path) {
		try {
			return Files.size(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String sha256(Path path) {
		try (var in = Files.newInputStream(path)) {
			var digest = Digests.sha256();
			var buffer = new byte[1 << 17];
			for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
				digest.update(buffer, 0, read);
			}
			return java.util.HexFormat.of().formatHex(digest.digest());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("%s cannot be read".formatted(path), ex);
		}
	}

	/** Not every platform can force a directory to disk. */
	static void force(Path directory) {
		try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// Windows cannot; its file system journals renames.
		}
	}

}
