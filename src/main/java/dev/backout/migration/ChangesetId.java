package dev.backout.migration;

import dev.backout.kernel.Checks;

/**
 * What names a changeset: Liquibase's key, with the path as it is written in the
 * changelog.
 *
 * @param file normalised path, or the changeset's {@code logicalFilePath}
 * @param id the author's name for it, unique per file and author
 * @param author who wrote it
 */
public record ChangesetId(String file, String id, String author) {

	/** Reads what {@link #toString()} writes. */
	public static ChangesetId parse(String text) {
		var parts = text.split("::", 3);
		Checks.check(parts.length == 3, () -> "A changeset reads 'file::id::author', was '%s'".formatted(text));
		return new ChangesetId(parts[0], parts[1], parts[2]);
	}

	/** Whether both mean the same changeset, were its file moved or not. */
	public boolean sameButForFile(ChangesetId other) {
		return this.id.equals(other.id) && this.author.equals(other.author);
	}

	@Override
	public String toString() {
		return this.file + "::" + this.id + "::" + this.author;
	}

}
