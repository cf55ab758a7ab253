package dev.backout.fingerprint;

import java.sql.Connection;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

import dev.backout.kernel.Digests;

/** What a schema is: sorted facts, and a digest of those that are not cosmetic. */
public record SchemaFingerprint(SortedSet<SchemaLine> lines) {

	public SchemaFingerprint {
		lines = Collections.unmodifiableSortedSet(new TreeSet<>(lines));
	}

	public static SchemaFingerprint of(Collection<SchemaLine> lines) {
		return new SchemaFingerprint(new TreeSet<>(lines));
	}

	/**
	 * Reads the schema, in the caller's transaction if there is one: it sees what that
	 * transaction did. The session's settings are left as they were.
	 */
	public static SchemaFingerprint of(Connection connection, Scope scope) {
		return of(SchemaLines.read(connection, scope));
	}

	/** SHA-256 over the lines that are not cosmetic. */
	public String digest() {
		var digest = Digests.sha256();
		for (var line : this.lines) {
			if (!line.cosmetic()) {
				digest.update((line.kind() + '\t' + line.object() + '\t' + line.detail() + '\n')
					.getBytes(java.nio.charset.StandardCharsets.UTF_8));
			}
		}
		return java.util.HexFormat.of().formatHex(digest.digest());
	}

}
