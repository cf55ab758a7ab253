package dev.backout.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;

/**
 * The Ed25519 key that signs manifests, in a file that only we may read: two lines, the
 * private and the public half.
 */
final class ManifestKey {

	private final KeyPair pair;

	private ManifestKey(KeyPair pair) {
		this.pair = pair;
	}

	/** Reads the key, or makes one where there is none. */
	static ManifestKey in(Path file) {
		try {
			if (Files.notExists(file)) {
				create(file);
			}
			var lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
			var factory = KeyFactory.getInstance("Ed25519");
			return new ManifestKey(new KeyPair(
					factory.generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(lines.get(1)))),
					factory.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines.get(0))))));
		}
		catch (IOException | GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException ex) {
			throw unreadable(file, ex);
		}
	}

	private static Rejected unreadable(Path file, Exception ex) {
		return new Rejected("backup.key",
				"The key that signs backups, %s, cannot be used (%s). Put the right file back, or move it away for a new one: backups that the old one signed can then not be restored"
					.formatted(file, ex));
	}

	private static void create(Path file) throws IOException, GeneralSecurityException {
		var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		var base64 = Base64.getEncoder();
		Files.createDirectories(file.toAbsolutePath().getParent());
		Files.writeString(file,
				base64.encodeToString(pair.getPrivate().getEncoded()) + "\n"
						+ base64.encodeToString(pair.getPublic().getEncoded()) + "\n",
				StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
		if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
		}
	}

	/** Short name of the public half. */
	String id() {
		return Digests.sha256Hex(this.pair.getPublic().getEncoded()).substring(0, 16);
	}

	/** One line: the key's name and the signature. */
	String sign(byte[] manifest) {
		try {
			var signature = Signature.getInstance("Ed25519");
			signature.initSign(this.pair.getPrivate());
			signature.update(manifest);
			return id() + " " + Base64.getEncoder().encodeToString(signature.sign()) + "\n";
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Whether this key signed these bytes. */
	boolean signed(byte[] manifest, String line) {
		try {
			var parts = line.strip().split(" ");
			var signature = Signature.getInstance("Ed25519");
			signature.initVerify(this.pair.getPublic());
			signature.update(manifest);
			return parts.length == 2 && parts[0].equals(id()) && signature.verify(Base64.getDecoder().decode(parts[1]));
		}
		catch (GeneralSecurityException | IllegalArgumentException ex) {
			return false;
		}
	}

}
