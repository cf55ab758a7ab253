package dev.backout.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

import dev.backout.kernel.Rejected;

/** The Ed25519 key that signs checkpoints; it lives in a file that only we may read. */
final class SigningKey {

	private final String name;

	private final KeyPair pair;

	private SigningKey(String name, KeyPair pair) {
		this.name = name;
		this.pair = pair;
	}

	/** Reads the key, or makes one when there is none yet. */
	static SigningKey in(Path file, String name) {
		try {
			if (Files.notExists(file)) {
				create(file);
			}
			return read(file, name);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Ledger key " + file, ex);
		}
		catch (GeneralSecurityException ex) {
			throw unreadable(file, String.valueOf(ex.getMessage()));
		}
	}

	VerifierKey verifier() {
		var encoded = this.pair.getPublic().getEncoded();
		return VerifierKey.of(this.name, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
	}

	byte[] sign(String text) {
		try {
			var signature = Signature.getInstance("Ed25519");
			signature.initSign(this.pair.getPrivate());
			signature.update(text.getBytes(StandardCharsets.UTF_8));
			return signature.sign();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void create(Path file) throws IOException, GeneralSecurityException {
		var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		var text = pem("PRIVATE KEY", pair.getPrivate().getEncoded())
				+ pem("PUBLIC KEY", pair.getPublic().getEncoded());
		Files.createDirectories(file.toAbsolutePath().getParent());
		try (var out = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
				onlyOurs())) {
			out.write(StandardCharsets.US_ASCII.encode(text));
		}
		catch (FileAlreadyExistsException ex) {
			// Another node of ours was first; its key is as good.
		}
	}

	private static FileAttribute<?>[] onlyOurs() {
		var posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
		return posix
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
	}

	private static SigningKey read(Path file, String name) throws IOException, GeneralSecurityException {
		var text = Files.readString(file, StandardCharsets.US_ASCII);
		var factory = KeyFactory.getInstance("Ed25519");
		var key = new SigningKey(name,
				new KeyPair(factory.generatePublic(new X509EncodedKeySpec(unpem("PUBLIC KEY", text, file))),
						factory.generatePrivate(new PKCS8EncodedKeySpec(unpem("PRIVATE KEY", text, file)))));
		if (!key.verifier().accepts("probe", key.sign("probe"))) {
			throw unreadable(file, "its two halves do not belong together");
		}
		return key;
	}

	private static String pem(String label, byte[] bytes) {
		return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, Base64.getEncoder().encodeToString(bytes),
				label);
	}

	private static byte[] unpem(String label, String text, Path file) {
		var block = Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label + "-----")
			.matcher(text);
		if (!block.find()) {
			throw unreadable(file, "it has no " + label);
		}
		return Base64.getMimeDecoder().decode(block.group(1));
	}

	private static Rejected unreadable(Path file, String why) {
		return new Rejected("ledger.key",
				"The ledger's key %s cannot be used: %s. Put the right file back, or move it away and a new key will be made"
					.formatted(file, why));
	}

}
