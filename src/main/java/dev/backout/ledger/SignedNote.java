package dev.backout.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

import dev.backout.kernel.Checks;

/**
 * A checkpoint in C2SP's formats (signed-note, tlog-checkpoint): origin, size and root,
 * then an empty line, then signatures.
 *
 * @param origin name of the log
 * @param head what is signed
 * @param text the signed lines, with the last line's end
 * @param signatures the lines below, without their mark
 */
record SignedNote(String origin, TreeHead head, String text, List<String> signatures) {

	static final String MARK = "\u2014 ";

	static String sign(String origin, TreeHead head, SigningKey key) {
		var text = "%s\n%d\n%s\n".formatted(origin, head.size(), head.root());
		var id = HexFormat.of().parseHex(key.verifier().id());
		var signature = key.sign(text);
		var blob = ByteBuffer.allocate(id.length + signature.length).put(id).put(signature).array();
		return text + "\n" + MARK + key.verifier().name() + " " + Base64.getEncoder().encodeToString(blob) + "\n";
	}

	static SignedNote parse(String note) {
		int gap = note.lastIndexOf("\n\n");
		Checks.check(gap > 0 && note.endsWith("\n"), () -> "A checkpoint has an empty line before its signatures");
		var text = note.substring(0, gap + 1);
		var lines = text.split("\n");
		Checks.check(lines.length >= 3 && lines[1].matches("0|[1-9][0-9]{0,17}"),
				() -> "A checkpoint has origin, size and root");
		Checks.check(Base64.getDecoder().decode(lines[2]).length == 32, () -> "A root has 32 bytes");
		var signatures = new ArrayList<String>();
		for (String line : note.substring(gap + 2).split("\n")) {
			Checks.check(line.startsWith(MARK), () -> "Not a signature line: " + line);
			signatures.add(line.substring(MARK.length()));
		}
		return new SignedNote(lines[0], new TreeHead(Long.parseLong(lines[1]), lines[2]), text, signatures);
	}

	/** Whether one of the keys signed this; signatures of strangers are ignored. */
	boolean signedByOneOf(Collection<VerifierKey> keys) {
		return keys.stream().anyMatch(this::signedBy);
	}

	/**
	 * A log's key bears the name of the log: what it signed for another does not count.
	 */
	private boolean signedBy(VerifierKey key) {
		var prefix = key.name() + " ";
		return key.name().equals(this.origin) && this.signatures.stream()
			.filter((line) -> line.startsWith(prefix))
			.map((line) -> blob(line.substring(prefix.length())))
			.filter((blob) -> blob.length == 68 && HexFormat.of().formatHex(blob, 0, 4).equals(key.id()))
			.anyMatch((blob) -> key.accepts(this.text, Arrays.copyOfRange(blob, 4, 68)));
	}

	/** Nothing for what is not written as it must be, to the last bit. */
	private static byte[] blob(String text) {
		try {
			var blob = Base64.getDecoder().decode(text);
			return Base64.getEncoder().encodeToString(blob).equals(text) ? blob : new byte[0];
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

}
