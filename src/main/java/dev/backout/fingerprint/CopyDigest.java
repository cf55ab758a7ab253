package dev.backout.fingerprint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
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

	/** Bytes that a block of rows has to spare after its last row. */
	public static final int PADDING = 16;

	private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long ONES = 0x0101010101010101L;

	private static final long HIGH = 0x8080808080808080L;

	private static final int NULL = -1;

	private static final int BITS = 31;

	/** Positions in the stream, in byte order of the columns' names. */
	private final int[] order;

	private final int[] nulls;

	/** Where a field starts: in the row, or, negative, in {@link #unescaped}. */
	private final int[] start;

	private final int[] length;

	private byte[] unescaped = new byte[1 << 13];

	/** How much of {@link #unescaped} is in use. */
	private int kept;

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
		var padded = Arrays.copyOf(line, end + 1 + PADDING);
		padded[end] = '\n';
		rows(padded, 0, end + 1);
	}

	/**
	 * Takes whole rows, each with its line end.
	 * @param block reaches {@link #PADDING} bytes further than {@code to}
	 * @param from start of the first row
	 * @param to end of the last row
	 */
	public void rows(byte[] block, int from, int to) {
		Checks.check(to + PADDING <= block.length && (from == to || block[to - 1] == '\n'),
				() -> "Not a block of rows: %d to %d of %d bytes".formatted(from, to, block.length));
		int at = from;
		while (at < to) {
			this.rows++;
			if (this.order.length > 0) {
				at = split(block, at);
				add(hash(block));
			}
			else {
				at++;
			}
		}
	}

	/** Of the rows so far. */
	public TableFingerprint fingerprint() {
		var sum = BigInteger.valueOf(this.high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(this.low)));
		return new TableFingerprint(this.rows, sum);
	}

	/** Finds the fields of the row that starts here, and says where the next row does. */
	private int split(byte[] block, int row) {
		int at = row;
		int kept = 0;
		int fields = this.start.length;
		for (int field = 0; field < fields; field++) {
			int from = at;
			at = special(block, at);
			if (block[at] != '\\') {
				this.start[field] = from;
				this.length[field] = at - from;
			}
			else if (at == from && block[at + 1] == 'N') {
				this.length[field] = NULL;
				at += 2;
			}
			else {
				int end = unescape(block, from, at, kept);
				this.start[field] = ~kept;
				this.length[field] = this.kept - kept;
				kept = this.kept;
				at = end;
			}
			checkEnd(block[at], field == fields - 1);
			at++;
		}
		return at;
	}

	private void checkEnd(byte mark, boolean last) {
		if (mark != (last ? '\n' : '\t')) {
			throw new IllegalArgumentException("Row %d has not %d fields".formatted(this.rows, this.start.length));
		}
	}

	/** The next tab, line end or backslash; eight bytes at a time. */
	private static int special(byte[] block, int from) {
		int at = from;
		while (true) {
			long word = (long) LONG.get(block, at);
			// 8 to 11: tab and line end; backspace and vertical tab are never written as
			// they are.
			long blank = (word & 0xfcfcfcfcfcfcfcfcL) ^ 0x0808080808080808L;
			long slash = word ^ 0x5c5c5c5c5c5c5c5cL;
			long found = ((blank - ONES) & ~blank | (slash - ONES) & ~slash) & HIGH;
			if (found != 0) {
				return at + (Long.numberOfTrailingZeros(found) >>> 3);
			}
			at += 8;
		}
	}

	/** Writes the field that has its first backslash at {@code slash}; gives its end. */
	private int unescape(byte[] block, int from, int slash, int kept) {
		int at = slash;
		int to = append(block, from, slash, kept);
		while (block[at] == '\\') {
			to = append(meaning(block[at + 1]), to);
			int next = special(block, at + 2);
			to = append(block, at + 2, next, to);
			at = next;
		}
		this.kept = to;
		return at;
	}

	private int append(byte[] block, int from, int to, int at) {
		int end = at + to - from;
		if (end + PADDING > this.unescaped.length) {
			this.unescaped = Arrays.copyOf(this.unescaped, (end + PADDING) * 2);
		}
		System.arraycopy(block, from, this.unescaped, at, to - from);
		return end;
	}

	private int append(byte unit, int at) {
		if (at + PADDING >= this.unescaped.length) {
			this.unescaped = Arrays.copyOf(this.unescaped, this.unescaped.length * 2);
		}
		this.unescaped[at] = unit;
		return at + 1;
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

	private long hash(byte[] block) {
		Arrays.fill(this.nulls, 0);
		long hash = 0;
		for (int rank = 0; rank < this.order.length; rank++) {
			int field = this.order[rank];
			if (this.length[field] == NULL) {
				hash = PgHash.bytes(block, 0, 0, hash);
				this.nulls[rank / BITS] |= 1 << (rank % BITS);
			}
			else if (this.start[field] < 0) {
				hash = PgHash.bytes(this.unescaped, ~this.start[field], this.length[field], hash);
			}
			else {
				hash = PgHash.bytes(block, this.start[field], this.length[field], hash);
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
