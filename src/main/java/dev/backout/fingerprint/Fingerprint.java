package dev.backout.fingerprint;

import java.sql.Connection;

import dev.backout.kernel.Digests;

/** What a database is: its schema and its rows. */
public record Fingerprint(SchemaFingerprint schema, DataFingerprint data) {

	public static Fingerprint of(Connection connection, Scope scope) {
		return new Fingerprint(SchemaFingerprint.of(connection, scope), DataFingerprint.of(connection, scope));
	}

	/**
	 * One digest for both; equal digests mean equal databases, but for cosmetic lines.
	 */
	public String digest() {
		return Digests.sha256Hex(this.schema.digest() + this.data.digest());
	}

	/** What has to change in this one to become the other. */
	public Difference to(Fingerprint other) {
		return Difference.between(this, other);
	}

}
