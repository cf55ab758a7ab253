package dev.backout.backup;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * The keys that backups are encrypted with, by reference; read each time one is needed.
 *
 * @param current for new backups, {@code null} to leave them readable
 * @param former for those that older keys sealed
 */
record SealKeys(@Nullable String current, List<String> former) {

	/** New backups are not encrypted. */
	static final SealKeys NONE = new SealKeys(null, List.of());

	SealKeys {
		former = List.copyOf(former);
	}

	/** For a new backup. */
	Optional<SealKey> key() {
		return Optional.ofNullable(this.current).map(SealKey::of);
	}

	/**
	 * For a backup that is there.
	 * @throws Rejected {@code backup.key} without the key that it names
	 */
	Sealing of(Manifest manifest) {
		var encryption = manifest.encryption();
		if (encryption == null) {
			return Sealing.NONE;
		}
		var references = Stream.concat(Stream.ofNullable(this.current), this.former.stream()).toList();
		if (references.isEmpty()) {
			throw new Rejected("backup.key",
					"Backup '%s' is encrypted with key %s and no key is known: set backout.backup.encryption-key"
						.formatted(manifest.id(), encryption.key()));
		}
		return references.stream()
			.map(SealKey::of)
			.filter((key) -> key.name().equals(encryption.key()))
			.findFirst()
			.orElseThrow(() -> new Rejected("backup.key",
					"Backup '%s' is encrypted with key %s, which is not in %s: add it to backout.backup.former-encryption-keys"
						.formatted(manifest.id(), encryption.key(), String.join(", ", references))))
			.sealing(manifest.id());
	}

}
