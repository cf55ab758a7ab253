package dev.backout.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import dev.backout.kernel.Digests;

/**
 * The public half, as C2SP's signed notes write it: {@code name+id+key}. Whoever holds
 * this line can check every checkpoint.
 */
public final class VerifierKey {

	private static final byte ED25519 = 1;

	private static final byte[] DER = HexFormat.of().parseHex("302a300506032b6570032100");

	private final String name;

	private final byte[] bytes;

	private final PublicKey key;

	private VerifierKey(String name, byte[] bytes, PublicKey key) {
		this.name = name;
		this.bytes = bytes;
		this.key = key;
	}

	static VerifierKey of(String name, byte[] bytes) {
		try {
			var der = ByteBuffer.allocate(DER.length + bytes.length).put(DER).put(bytes).array();
			return new VerifierKey(name, bytes,
					KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("Not an Ed25519 key: " + ex.getMessage(), ex);
		}
	}

	/** Reads {@code name+id+key}, with the id checked. */
	public static VerifierKey parse(String text) {
		var parts = text.strip().split("\\+", 3);
		try {
			var bytes = Base64.getDecoder().decode(parts[2]);
			if (bytes.length == 33 && bytes[0] == ED25519) {
				var key = of(parts[0], Arrays.copyOfRange(bytes, 1, 33));
				if (key.id().equals(parts[1])) {
					return key;
				}
			}
		}
		catch (IllegalArgumentException | ArrayIndexOutOfBoundsException ex) {
			// Said below, in the reader's words.
		}
		throw new IllegalArgumentException("Not a ledger key: '%s'. It reads name+id+key".formatted(text));
	}

	public String name() {
		return this.name;
	}

	/** The first four bytes of the key's hash, in hexadecimal. */
	public String id() {
		var sha = Digests.sha256();
		sha.update((this.name + "\n").getBytes(StandardCharsets.UTF_8));
		sha.update(ED25519);
		return HexFormat.of().formatHex(sha.digest(this.bytes), 0, 4);
	}

	boolean accepts(String text, byte[] signature) {
		try {
			var check = Signature.getInstance("Ed25519");
			check.initVerify(this.key);
			check.update(text.getBytes(StandardCharsets.UTF_8));
			return check.verify(signature);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		var typed = ByteBuffer.allocate(33).put(ED25519).put(this.bytes).array();
		return this.name + "+" + id() + "+" + Base64.getEncoder().encodeToString(typed);
	}

}
