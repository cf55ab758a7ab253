package dev.backout.fingerprint;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import dev.backout.kernel.Checks;

/**
 * A table's fingerprint from the rows of {@code COPY ... TO STDOUT} in text format, the
 * same as {@link TableScan} computes in the server. For one thread.
 * <p>
 * The session must be pinned, its client encoding UTF-8.
 */
public final class CopyDigest {

	private static final int NULL = -1;

	private static final int BITS = 31;

	/** Positions in the stream, in byte order of the columns' names. */
	private final int[] order;

	private final int[] nulls;

	/** Where a field starts: in the row, or, negative, in {@link #unescaped}. */
	private final int[] start;

	private final int[] length;

	private byte[] unescaped = new byte[1 << 13];

	private long rows;

	/** A signed sum of 128 bits. */
	private long high;

	private long low;

	/**
	 * For a stream of these columns.
	 * @param columns names in the order of the stream
	 */
	public CopyDigest(List<String> columns) {
		var names = columns.stream().map((name) -> name.getBytes(StandardCharsets.UTF_8)).toList();
		this.order = IntStream.range(0, columns.size())
			.boxed()
			.sorted((left, right) -> Arrays.compareUnsigned(names.get(left), names.get(right)))
			.mapToInt(Integer::intValue)
			.toArray();
		this.nulls = new int[(columns.size() + BITS - 1) / BITS];
		this.start = new int[columns.size()];
		this.length = new int[columns.size()];
	}

	/** Takes one row of the stream, with or without its line end. */
	public void row(byte[] line) {
		var end = (line.length > 0 && line[line.length - 1] == '\n') ? line.length - 1 : line.length;
		this.rows++;
		if (this.order.length > 0) {
			split(line, end);
			add(hash(line));
		}
	}

	/** Of the rows so far. */
	public TableFingerprint fingerprint() {
		var sum = BigInteger.valueOf(this.high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(this.low)));
		return new TableFingerprint(this.rows, sum);
	}

	private void split(byte[] line, int end) {
		if (this.unescaped.length < end) {
			this.unescaped = new byte[end * 2];
		}
		int at = 0;
		int kept = 0;
		for (int field = 0; field < this.start.length; field++) {
			int from = at;
			while (at < end && line[at] != '\t' && line[at] != '\\') {
				at++;
			}
			if (at == end || line[at] == '\t') {
				this.start[field] = from;
				this.length[field] = at - from;
			}
			else if (at == from && at + 1 < end && line[at + 1] == 'N') {
				this.length[field] = NULL;
				at += 2;
			}
			else {
				this.start[field] = ~kept;
				System.arraycopy(line, from, this.unescaped, kept, at - from);
				int to = kept + at - from;
				while (at < end && line[at] != '\t') {
					byte unit = line[at++];
					this.unescaped[to++] = (unit != '\\') ? unit : meaning(line[at++]);
				}
				this.length[field] = to - kept;
				kept = to;
			}
			at++;
		}
		var last = at;
		Checks.check(last == end + 1, () -> "Row %d has not %d fields".formatted(this.rows, this.start.length));
	}

	private static byte meaning(byte escaped) {
		return switch (escaped) {
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'v' -> 0x0b;
			default -> escaped;
		};
	}

	private long hash(byte[] line) {
		Arrays.fill(this.nulls, 0);
		long hash = 0;
		for (int rank = 0; rank < this.order.length; rank++) {
			int field = this.order[rank];
			if (this.length[field] == NULL) {
				hash = PgHash.bytes(line, 0, 0, hash);
				this.nulls[rank / BITS] |= 1 << (rank % BITS);
			}
			else if (this.start[field] < 0) {
				hash = PgHash.bytes(this.unescaped, ~this.start[field], this.length[field], hash);
			}
			else {
				hash = PgHash.bytes(line, this.start[field], this.length[field], hash);
			}
		}
		for (int word : this.nulls) {
			hash = PgHash.int4(word, hash);
		}
		return hash;
	}

	private void add(long hash) {
		long sum = this.low + hash;
		this.high += (hash >> 63) + ((Long.compareUnsigned(sum, this.low) < 0) ? 1 : 0);
		this.low = sum;
	}

}
