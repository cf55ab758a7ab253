package dev.backout.fingerprint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * PostgreSQL's {@code hash_bytes_extended} (Bob Jenkins' lookup3, 64 bits): what
 * {@code hashtextextended} gives for text in collation C on a little-endian server, from
 * version 11 on. Stable, because hash partitioning relies on it.
 */
final class PgHash {

	private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final int BASE = 0x9e3779b9 + 3923095;

	private PgHash() {
	}

	/** Of {@code length} bytes from {@code offset} on. */
	static long bytes(byte[] key, int offset, int length, long seed) {
		int a = BASE + length;
		int b = a;
		int c = a;
		if (seed != 0) {
			a += (int) (seed >>> 32);
			b += (int) seed;
			// mix(a, b, c)
			a = (a - c) ^ Integer.rotateLeft(c, 4);
			c += b;
			b = (b - a) ^ Integer.rotateLeft(a, 6);
			a += c;
			c = (c - b) ^ Integer.rotateLeft(b, 8);
			b += a;
			a = (a - c) ^ Integer.rotateLeft(c, 16);
			c += b;
			b = (b - a) ^ Integer.rotateLeft(a, 19);
			a += c;
			c = (c - b) ^ Integer.rotateLeft(b, 4);
			b += a;
		}
		int at = offset;
		int left = length;
		while (left >= 12) {
			a += (int) INT.get(key, at);
			b += (int) INT.get(key, at + 4);
			c += (int) INT.get(key, at + 8);
			a = (a - c) ^ Integer.rotateLeft(c, 4);
			c += b;
			b = (b - a) ^ Integer.rotateLeft(a, 6);
			a += c;
			c = (c - b) ^ Integer.rotateLeft(b, 8);
			b += a;
			a = (a - c) ^ Integer.rotateLeft(c, 16);
			c += b;
			b = (b - a) ^ Integer.rotateLeft(a, 19);
			a += c;
			c = (c - b) ^ Integer.rotateLeft(b, 4);
			b += a;
			at += 12;
			left -= 12;
		}
		// The low byte of c is the length's: its bytes start at the second.
		if (at + 12 <= key.length) {
			if (left >= 8) {
				a += (int) INT.get(key, at);
				b += (int) INT.get(key, at + 4);
				c += ((int) INT.get(key, at + 8) & mask(left - 8)) << 8;
			}
			else if (left >= 4) {
				a += (int) INT.get(key, at);
				b += (int) INT.get(key, at + 4) & mask(left - 4);
			}
			else {
				a += (int) INT.get(key, at) & mask(left);
			}
			return end(a, b, c);
		}
		for (int i = 0; i < left; i++) {
			int unit = key[at + i] & 255;
			if (i < 4) {
				a += unit << (8 * i);
			}
			else if (i < 8) {
				b += unit << (8 * (i - 4));
			}
			else {
				c += unit << (8 * (i - 7));
			}
		}
		return end(a, b, c);
	}

	/** The lowest {@code bytes} of an int, fewer than four. */
	private static int mask(int bytes) {
		return (1 << (8 * bytes)) - 1;
	}

	/** Of an int4. */
	static long int4(int key, long seed) {
		int a = BASE + 4;
		int b = a;
		int c = a;
		if (seed != 0) {
			a += (int) (seed >>> 32);
			b += (int) seed;
			a = (a - c) ^ Integer.rotateLeft(c, 4);
			c += b;
			b = (b - a) ^ Integer.rotateLeft(a, 6);
			a += c;
			c = (c - b) ^ Integer.rotateLeft(b, 8);
			b += a;
			a = (a - c) ^ Integer.rotateLeft(c, 16);
			c += b;
			b = (b - a) ^ Integer.rotateLeft(a, 19);
			a += c;
			c = (c - b) ^ Integer.rotateLeft(b, 4);
			b += a;
		}
		return end(a + key, b, c);
	}

	private static long end(int first, int second, int third) {
		int a = first;
		int b = second;
		int c = third;
		c = (c ^ b) - Integer.rotateLeft(b, 14);
		a = (a ^ c) - Integer.rotateLeft(c, 11);
		b = (b ^ a) - Integer.rotateLeft(a, 25);
		c = (c ^ b) - Integer.rotateLeft(b, 16);
		a = (a ^ c) - Integer.rotateLeft(c, 4);
		b = (b ^ a) - Integer.rotateLeft(a, 14);
		c = (c ^ b) - Integer.rotateLeft(b, 24);
		return ((long) b << 32) | (c & 0xffffffffL);
	}

}
