package dev.backout.fingerprint;

import java.util.Comparator;

/**
 * One fact about a schema.
 *
 * @param kind what it is about: {@code column}, {@code index}, {@code grant}...
 * @param object which one, by qualified name
 * @param detail what is so; equal for equal objects on any server version we support
 */
public record SchemaLine(String kind, String object, String detail) implements Comparable<SchemaLine> {

	private static final Comparator<SchemaLine> ORDER = Comparator.comparing(SchemaLine::kind)
		.thenComparing(SchemaLine::object)
		.thenComparing(SchemaLine::detail);

	/**
	 * Whether it says nothing about what the database does: the order of columns on disk,
	 * the position of sequences.
	 */
	public boolean cosmetic() {
		return this.kind.startsWith("~");
	}

	@Override
	public int compareTo(SchemaLine other) {
		return ORDER.compare(this, other);
	}

	@Override
	public String toString() {
		return this.kind + " " + this.object + ": " + this.detail;
	}

}
