package dev.backout.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

import dev.backout.kernel.Digests;

/**
 * Verifies an export without a database and without us: it hashes every leaf, rebuilds
 * the tree in constant memory, and compares it with every checkpoint on the way. Whoever
 * changes, drops, adds or moves an entry must forge a signature.
 */
public final class LedgerVerifier {

	private static final int LONGEST_NOTE = 100_000;

	private final List<VerifierKey> keys;

	private final TreeMap<Long, List<String>> expected = new TreeMap<>();

	private final Merkle.Edge edge = new Merkle.Edge();

	private final StringBuilder note = new StringBuilder();

	private long checkpoints;

	private long signedSize;

	private long line;

	/**
	 * Prepares to verify one export.
	 * @param keys whose signatures count
	 * @param expected sizes and roots that somebody kept, from a message's footer or a
	 * checkpoint, which the tree must have had
	 */
	public LedgerVerifier(Collection<VerifierKey> keys, Collection<TreeHead> expected) {
		this.keys = List.copyOf(keys);
		expected.forEach(
				(head) -> this.expected.computeIfAbsent(head.size(), (size) -> new ArrayList<>()).add(head.root()));
	}

	/**
	 * What holds.
	 *
	 * @param head the whole tree
	 * @param checkpoints how many signed checkpoints agree with it
	 */
	public record Verified(TreeHead head, long checkpoints) {
	}

	/**
	 * Reads to the end.
	 * @throws LedgerBroken at the first thing that does not hold
	 */
	public Verified verify(InputStream export) throws IOException, LedgerBroken {
		var lines = new Lines(export);
		if (!lines.next() || !lines.text().equals(LedgerExport.HEADER)) {
			throw new LedgerBroken(
					"This is no ledger export: it does not begin with '%s'".formatted(LedgerExport.HEADER));
		}
		compare();
		for (this.line = 2; lines.next(); this.line++) {
			take(lines);
		}
		endNote();
		if (this.checkpoints == 0 || this.signedSize != this.edge.size()) {
			throw new LedgerBroken(
					"Entries %d to %d are not covered by a checkpoint: the file was cut short, or they were added"
						.formatted(this.signedSize, this.edge.size()));
		}
		if (!this.expected.isEmpty()) {
			throw new LedgerBroken("The file ends at %d entries, but the ledger had %d already"
				.formatted(this.edge.size(), this.expected.firstKey()));
		}
		return new Verified(head(), this.checkpoints);
	}

	private void take(Lines lines) throws LedgerBroken {
		if (lines.startsWith(LedgerExport.LEAF)) {
			endNote();
			this.edge.add(lines.leafHash(LedgerExport.LEAF.length()), null);
			compare();
		}
		else if (lines.startsWith("note")) {
			addToNote(lines.text());
		}
		else {
			throw new LedgerBroken("Line %d is neither a leaf nor a note".formatted(this.line));
		}
	}

	private void addToNote(String text) throws LedgerBroken {
		if (!text.equals("note") && !text.startsWith(LedgerExport.NOTE)) {
			throw new LedgerBroken("Line %d is neither a leaf nor a note".formatted(this.line));
		}
		var content = text.equals("note") ? "" : text.substring(LedgerExport.NOTE.length());
		if (!content.startsWith(SignedNote.MARK) && this.note.indexOf("\n" + SignedNote.MARK) >= 0) {
			// The next note begins where the signatures end.
			endNote();
		}
		this.note.append(content).append('\n');
		if (this.note.length() > LONGEST_NOTE) {
			throw new LedgerBroken("The checkpoint at line %d is longer than any".formatted(this.line));
		}
	}

	private void endNote() throws LedgerBroken {
		if (this.note.isEmpty()) {
			return;
		}
		SignedNote checkpoint = parse();
		this.note.setLength(0);
		long size = checkpoint.head().size();
		if (size != this.edge.size()) {
			throw new LedgerBroken("A checkpoint over %d entries stands after %d: entries were dropped, added or moved"
				.formatted(size, this.edge.size()));
		}
		if (!checkpoint.signedByOneOf(this.keys)) {
			throw new LedgerBroken(
					"The checkpoint over %d entries is not signed by a key that you trust".formatted(size));
		}
		if (!checkpoint.head().equals(head())) {
			throw new LedgerBroken(
					"The entries from %d to %d are not those that were signed".formatted(this.signedSize, size));
		}
		this.signedSize = size;
		this.checkpoints++;
	}

	private SignedNote parse() throws LedgerBroken {
		try {
			return SignedNote.parse(this.note.toString());
		}
		catch (IllegalArgumentException ex) {
			throw new LedgerBroken(
					"The checkpoint before line %d cannot be read: %s".formatted(this.line, ex.getMessage()));
		}
	}

	/** Compares with what somebody kept for this size. */
	private void compare() throws LedgerBroken {
		if (this.expected.isEmpty() || this.expected.firstKey() != this.edge.size()) {
			return;
		}
		var root = head().root();
		for (String kept : this.expected.remove(this.edge.size())) {
			if (!kept.equals(root)) {
				throw new LedgerBroken("At %d entries the root was %s, in this file it is %s: the history was rewritten"
					.formatted(this.edge.size(), kept, root));
			}
		}
	}

	private TreeHead head() {
		return new TreeHead(this.edge.size(), Base64.getEncoder().encodeToString(this.edge.root()));
	}

	/** Lines of bytes, hashed where they lie. */
	private static final class Lines {

		private static final int LONGEST = 16 * 1024 * 1024;

		private final InputStream in;

		private final MessageDigest sha = Digests.sha256();

		private byte[] buffer = new byte[1 << 20];

		private int from;

		private int end;

		private int next;

		private int filled;

		Lines(InputStream in) {
			this.in = in;
		}

		/** Goes to the next line; false after the last. */
		boolean next() throws IOException, LedgerBroken {
			this.from = this.next;
			for (int at = this.from;; at++) {
				if (at == this.filled) {
					int shift = this.from;
					if (!fill()) {
						if (at - shift > 0) {
							throw new LedgerBroken("The file ends in the middle of a line: it was cut short");
						}
						return false;
					}
					at -= shift;
				}
				if (this.buffer[at] == '\n') {
					this.end = at;
					this.next = at + 1;
					return true;
				}
			}
		}

		/** Moves the current line to the front and reads on. */
		private boolean fill() throws IOException, LedgerBroken {
			int length = this.filled - this.from;
			var target = (length > this.buffer.length / 2) ? new byte[this.buffer.length * 2] : this.buffer;
			if (target.length > LONGEST) {
				throw new LedgerBroken("A line is longer than any entry");
			}
			System.arraycopy(this.buffer, this.from, target, 0, length);
			this.buffer = target;
			this.from = 0;
			this.filled = length;
			int read = this.in.read(this.buffer, this.filled, this.buffer.length - this.filled);
			this.filled += Math.max(read, 0);
			return read > 0;
		}

		boolean startsWith(String prefix) {
			if (this.end - this.from < prefix.length()) {
				return false;
			}
			for (int at = 0; at < prefix.length(); at++) {
				if (this.buffer[this.from + at] != prefix.charAt(at)) {
					return false;
				}
			}
			return true;
		}

		byte[] leafHash(int skip) {
			this.sha.update((byte) 0);
			this.sha.update(this.buffer, this.from + skip, this.end - this.from - skip);
			return this.sha.digest();
		}

		String text() {
			return new String(this.buffer, this.from, this.end - this.from, StandardCharsets.UTF_8);
		}

	}

}
