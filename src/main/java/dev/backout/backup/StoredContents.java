package dev.backout.backup;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files of a backup in a directory. */
final class StoredContents implements Contents {

	private final FileStore.Stored stored;

	private final Sealing sealing;

	private final Set<String> sound = ConcurrentHashMap.newKeySet();

	StoredContents(FileStore.Stored stored, Sealing sealing) {
		this.stored = stored;
		this.sealing = sealing;
	}

	@Override
	public boolean has(String file) {
		return this.stored.manifest().files().containsKey(file);
	}

	@Override
	public InputStream open(String file) throws IOException {
		var entry = this.stored.manifest().files().get(file);
		if (entry == null) {
			throw new FileNotFoundException("File %s does not belong to the backup".formatted(file));
		}
		return VerifiedStream.of(Files.newInputStream(this.stored.directory().resolve(file)), file, entry, this.sealing,
				() -> this.sound.add(file));
	}

	/** Files that were read to their end and are what was written. */
	Set<String> sound() {
		return Set.copyOf(this.sound);
	}

}
