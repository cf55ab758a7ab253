package dev.backout.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.backout.kernel.Rejected;

/**
 * A key that backups are encrypted with: AES-256-GCM in segments of a megabyte, each
 * authenticated with its place, so that a file can be read while it comes in, and neither
 * changed, cut short nor exchanged for another.
 */
final class SealKey {

	static final String ALGORITHM = "AES256_GCM_HKDF_1MB";

	private static final int KEY_BYTES = 32;

	private static final int SEGMENT = 1 << 20;

	private final String name;

	private final StreamingAead cipher;

	private SealKey(byte[] key) throws GeneralSecurityException {
		var mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(key, "HmacSHA256"));
		this.name = HexFormat.of()
			.formatHex(mac.doFinal("backout backup key".getBytes(StandardCharsets.US_ASCII)))
			.substring(0, 16);
		this.cipher = new AesGcmHkdfStreaming(key, "HmacSha256", KEY_BYTES, SEGMENT, 0);
	}

	/**
	 * Reads a key.
	 * @param reference {@code file:/path} or {@code env:NAME} of 32 random bytes, in
	 * base64 or hexadecimal
	 * @throws Rejected {@code backup.key} with the reference, never with what it holds
	 */
	static SealKey of(String reference) {
		try {
			return new SealKey(decoded(text(reference), reference));
		}
		catch (IOException ex) {
			throw unusable(reference, "cannot be read (%s)".formatted(ex.getClass().getSimpleName()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String text(String reference) throws IOException {
		if (reference.startsWith("file:")) {
			return Files.readString(Path.of(reference.substring("file:".length())), StandardCharsets.US_ASCII);
		}
		if (reference.startsWith("env:")) {
			var value = System.getenv(reference.substring("env:".length()));
			if (value == null) {
				throw unusable(reference, "is not set");
			}
			return value;
		}
		throw new Rejected("backup.key",
				"A key for backups is named by reference, file:/path or env:NAME, and never written into the configuration");
	}

	private static byte[] decoded(String text, String reference) {
		var plain = text.strip();
		try {
			var key = plain.matches("[0-9a-fA-F]{64}") ? HexFormat.of().parseHex(plain)
					: Base64.getDecoder().decode(plain);
			if (key.length == KEY_BYTES) {
				return key;
			}
		}
		catch (IllegalArgumentException ex) {
			// Neither the one nor the other: said below.
		}
		throw unusable(reference,
				"does not hold 32 bytes in base64 or hexadecimal; openssl rand -base64 32 makes them");
	}

	private static Rejected unusable(String reference, String why) {
		return new Rejected("backup.key", "The key for backups, %s, %s".formatted(reference, why));
	}

	/** Tells keys apart without telling them. */
	String name() {
		return this.name;
	}

	/** For the files of one backup; they open in no other. */
	Sealing sealing(String backup) {
		return new Sealing() {

			@Override
			public WritableByteChannel seal(WritableByteChannel out, String file) throws IOException {
				try {
					return SealKey.this.cipher.newEncryptingChannel(out, bound(file));
				}
				catch (GeneralSecurityException ex) {
					throw new IllegalStateException(ex);
				}
			}

			@Override
			public InputStream open(InputStream in, String file) throws IOException {
				try {
					return SealKey.this.cipher.newDecryptingStream(in, bound(file));
				}
				catch (GeneralSecurityException ex) {
					throw new IllegalStateException(ex);
				}
			}

			private byte[] bound(String file) {
				return (backup + '\n' + file).getBytes(StandardCharsets.UTF_8);
			}

		};
	}

}
