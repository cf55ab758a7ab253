package dev.backout.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

import dev.backout.kernel.Rejected;

/** Copies in another directory, on another disk or a mounted share. */
final class DirectoryCopies implements CopyStore {

	private final FileStore store;

	DirectoryCopies(FileStore store) {
		this.store = store;
	}

	@Override
	public String name() {
		return this.store.root().toUri().toString();
	}

	@Override
	public String protection() {
		return "OS_READONLY";
	}

	@Override
	public Set<String> ids() {
		return Set.copyOf(this.store.ids());
	}

	@Override
	public void put(FileStore.Stored stored, Instant retainUntil, Progress progress) {
		var id = stored.manifest().id();
		if (ids().contains(id)) {
			if (!this.store.open(id).manifestDigest().equals(stored.manifestDigest())) {
				throw new Rejected("backup.store", "%s holds another '%s' already".formatted(name(), id));
			}
			return;
		}
		try (var partial = this.store.begin(id)) {
			for (var file : stored.manifest().files().keySet()) {
				progress.checkpoint();
				var path = partial.directory().resolve(file);
				Files.createDirectories(path.getParent());
				Files.copy(stored.directory().resolve(file), path);
			}
			var copied = partial.commit(stored.manifest());
			var damage = copied.damage();
			if (!damage.isEmpty()) {
				throw new Rejected("backup.store",
						"The copy of '%s' in %s is damaged: %s".formatted(id, name(), damage.get(0)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("'%s' cannot be copied to %s".formatted(id, name()), ex);
		}
	}

	@Override
	public void fetch(String id, Path directory, Progress progress) {
		var from = this.store.open(id).directory();
		try (var files = Files.walk(from)) {
			for (var file : files.filter(Files::isRegularFile).toList()) {
				progress.checkpoint();
				var path = directory.resolve(from.relativize(file).toString());
				Files.createDirectories(path.getParent());
				Files.copy(file, path);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("'%s' cannot be fetched from %s".formatted(id, name()), ex);
		}
	}

	@Override
	public void hold(String id, boolean held) {
		this.store.notes()
			.add(id, held ? StoreNotes.Kind.HOLD : StoreNotes.Kind.RELEASE, "system", "as the first copy", null,
					Instant.now());
	}

	@Override
	public void retain(String id, Instant until) {
		this.store.notes().add(id, StoreNotes.Kind.RETAIN, "system", "as the first copy", until, Instant.now());
	}

	@Override
	public void delete(String id) {
		if (ids().contains(id)) {
			this.store.delete(id, Instant.now());
		}
	}

}
