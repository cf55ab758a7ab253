package dev.backout.ledger;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Digests;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of RFC 6962, section 2: roots, inclusion proofs and consistency proofs,
 * and how to check them. Knows nothing of where the hashes are kept.
 */
final class Merkle {

	private Merkle() {
	}

	/** Roots of complete subtrees: {@code index} counts subtrees of 2^level leaves. */
	interface Nodes {

		byte[] hash(int level, long index);

	}

	static byte[] leafHash(byte[] leaf) {
		return leafHash(leaf, 0, leaf.length);
	}

	static byte[] leafHash(byte[] buffer, int from, int length) {
		MessageDigest sha = Digests.sha256();
		sha.update((byte) 0);
		sha.update(buffer, from, length);
		return sha.digest();
	}

	static byte[] nodeHash(byte[] left, byte[] right) {
		MessageDigest sha = Digests.sha256();
		sha.update((byte) 1);
		sha.update(left);
		return sha.digest(right);
	}

	static byte[] root(long size, Nodes nodes) {
		return (size == 0) ? Digests.sha256().digest() : range(0, size, nodes);
	}

	/** Audit path of a leaf, from the leaf's sibling up. */
	static List<byte[]> inclusion(long index, long size, Nodes nodes) {
		Checks.check(0 <= index && index < size, () -> "Tree of %d leaves has no leaf %d".formatted(size, index));
		var path = new ArrayList<byte[]>();
		path(index, 0, size, nodes, path);
		return path;
	}

	private static void path(long index, long from, long to, Nodes nodes, List<byte[]> path) {
		if (to - from == 1) {
			return;
		}
		long middle = from + split(to - from);
		if (index < middle) {
			path(index, from, middle, nodes, path);
			path.add(range(middle, to, nodes));
		}
		else {
			path(index, middle, to, nodes, path);
			path.add(range(from, middle, nodes));
		}
	}

	/**
	 * Proves that the tree of {@code second} leaves begins with that of {@code first}.
	 */
	static List<byte[]> consistency(long first, long second, Nodes nodes) {
		Checks.check(0 <= first && first <= second,
				() -> "Tree of %d leaves cannot begin with %d".formatted(second, first));
		var proof = new ArrayList<byte[]>();
		if (first > 0 && first < second) {
			sub(first, 0, second, true, nodes, proof);
		}
		return proof;
	}

	private static void sub(long first, long from, long to, boolean whole, Nodes nodes, List<byte[]> proof) {
		if (first == to) {
			if (!whole) {
				proof.add(range(from, to, nodes));
			}
			return;
		}
		long middle = from + split(to - from);
		if (first <= middle) {
			sub(first, from, middle, whole, nodes, proof);
			proof.add(range(middle, to, nodes));
		}
		else {
			sub(first, middle, to, false, nodes, proof);
			proof.add(range(from, middle, nodes));
		}
	}

	static boolean includes(byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
		if (index < 0 || index >= size) {
			return false;
		}
		long node = index;
		long last = size - 1;
		byte[] hash = leafHash;
		for (byte[] sibling : path) {
			if (last == 0) {
				return false;
			}
			if ((node & 1) == 1 || node == last) {
				hash = nodeHash(sibling, hash);
				while ((node & 1) == 0 && node != 0) {
					node >>= 1;
					last >>= 1;
				}
			}
			else {
				hash = nodeHash(hash, sibling);
			}
			node >>= 1;
			last >>= 1;
		}
		return last == 0 && Arrays.equals(hash, root);
	}

	static boolean consistent(long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> proof) {
		if (first < 0 || first > second) {
			return false;
		}
		if (first == second || first == 0) {
			var same = (first == second) ? secondRoot : Digests.sha256().digest();
			return proof.isEmpty() && Arrays.equals(firstRoot, same);
		}
		return new ConsistencyCheck(first, second, firstRoot, proof).yields(firstRoot, secondRoot);
	}

	/** RFC 9162, section 2.1.4.2: walks both trees up at once. */
	private static final class ConsistencyCheck {

		private long node;

		private long last;

		private final List<byte[]> path;

		ConsistencyCheck(long first, long second, byte[] firstRoot, List<byte[]> proof) {
			this.path = new ArrayList<>(proof);
			if (Long.bitCount(first) == 1) {
				this.path.add(0, firstRoot);
			}
			this.node = first - 1;
			this.last = second - 1;
			while ((this.node & 1) == 1) {
				up();
			}
		}

		boolean yields(byte[] firstRoot, byte[] secondRoot) {
			if (this.path.isEmpty()) {
				return false;
			}
			byte[] first = this.path.get(0);
			byte[] second = first;
			for (byte[] step : this.path.subList(1, this.path.size())) {
				if (this.last == 0) {
					return false;
				}
				if ((this.node & 1) == 1 || this.node == this.last) {
					first = nodeHash(step, first);
					second = nodeHash(step, second);
					while ((this.node & 1) == 0 && this.node != 0) {
						up();
					}
				}
				else {
					second = nodeHash(second, step);
				}
				up();
			}
			return this.last == 0 && Arrays.equals(first, firstRoot) && Arrays.equals(second, secondRoot);
		}

		private void up() {
			this.node >>= 1;
			this.last >>= 1;
		}

	}

	/**
	 * Root of the leaves {@code [from, to)}, where from is where such a subtree starts.
	 */
	private static byte[] range(long from, long to, Nodes nodes) {
		long size = to - from;
		if (Long.bitCount(size) == 1) {
			int level = Long.numberOfTrailingZeros(size);
			return nodes.hash(level, from >> level);
		}
		long middle = from + split(size);
		return nodeHash(range(from, middle, nodes), range(middle, to, nodes));
	}

	/** The largest power of two below {@code size}. */
	private static long split(long size) {
		return Long.highestOneBit(size - 1);
	}

	/**
	 * The right edge of a growing tree: the roots of its complete subtrees. Takes leaf
	 * after leaf in constant memory.
	 */
	static final class Edge {

		private final byte[][] roots = new byte[64][];

		private final MessageDigest sha = Digests.sha256();

		private long size;

		/** Told every subtree that becomes complete. */
		interface Listener {

			void complete(int level, long index, byte[] hash);

		}

		/** An edge of an existing tree. */
		static Edge of(long size, Nodes nodes) {
			var edge = new Edge();
			edge.size = size;
			long rest = size;
			while (rest != 0) {
				int level = Long.numberOfTrailingZeros(rest);
				edge.roots[level] = nodes.hash(level, (rest >> level) - 1);
				rest &= rest - 1;
			}
			return edge;
		}

		long size() {
			return this.size;
		}

		void add(byte[] leafHash, @Nullable Listener listener) {
			byte[] hash = leafHash;
			int level = 0;
			while ((this.size >> level & 1) == 1) {
				this.sha.update((byte) 1);
				this.sha.update(this.roots[level]);
				hash = this.sha.digest(hash);
				level++;
				if (listener != null) {
					listener.complete(level, this.size >> level, hash);
				}
			}
			this.roots[level] = hash;
			this.size++;
		}

		byte[] root() {
			return Merkle.root(this.size, (level, index) -> this.roots[level]);
		}

	}

}
