package dev.backout.ledger;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The tree against the vectors that other implementations of RFC 6962 publish. */
class MerkleTests {

	static final List<byte[]> LEAVES = Stream
		.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
		.map(HexFormat.of()::parseHex)
		.map(Merkle::leafHash)
		.toList();

	static final List<String> ROOTS = List.of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
			"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
			"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
			"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
			"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
			"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
			"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

	static byte[] node(int level, long index) {
		if (level == 0) {
			return LEAVES.get((int) index);
		}
		return Merkle.nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
	}

	@Test
	void rootsAreThePublishedOnes() {
		for (int size = 0; size < ROOTS.size(); size++) {
			assertThat(Merkle.root(size, MerkleTests::node)).as("%d leaves", size)
				.asHexString()
				.isEqualToIgnoringCase(ROOTS.get(size));
		}
	}

	@Test
	void edgeOfAGrowingTreeHasTheSameRoots() {
		var edge = new Merkle.Edge();
		for (int size = 1; size < ROOTS.size(); size++) {
			edge.add(LEAVES.get(size - 1), null);
			assertThat(edge.root()).as("%d leaves", size).asHexString().isEqualToIgnoringCase(ROOTS.get(size));
		}
	}

	@Test
	void edgeTellsEveryCompleteSubtreeOnce() {
		var told = new ArrayList<String>();
		var edge = Merkle.Edge.of(3, MerkleTests::node);

		for (int leaf = 3; leaf < 8; leaf++) {
			edge.add(LEAVES.get(leaf), (level, index, hash) -> {
				told.add(level + "/" + index);
				assertThat(hash).isEqualTo(node(level, index));
			});
		}

		assertThat(told).containsExactly("1/1", "2/0", "1/2", "1/3", "2/1", "3/0");
	}

	@ParameterizedTest
	@CsvSource({
			"0, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
			"5, 8, bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
			"2, 3, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
			"1, 5, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" })
	void inclusionProofsAreThePublishedOnes(int index, int size, String path) {
		assertThat(hex(Merkle.inclusion(index, size, MerkleTests::node))).isEqualTo(path);
	}

	@ParameterizedTest
	@CsvSource({ "1, 1, ''",
			"1, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
			"6, 8, 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
			"2, 5, 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
			"6, 7, 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" })
	void consistencyProofsAreThePublishedOnes(int first, int second, String path) {
		assertThat(hex(Merkle.consistency(first, second, MerkleTests::node))).isEqualTo(path);
	}

	@Test
	void everyProofHoldsAndNoBentOneDoes() {
		for (int size = 1; size <= 8; size++) {
			for (int index = 0; index < size; index++) {
				var path = Merkle.inclusion(index, size, MerkleTests::node);
				var root = Merkle.root(size, MerkleTests::node);
				assertThat(Merkle.includes(LEAVES.get(index), index, size, path, root)).isTrue();
				assertThat(Merkle.includes(LEAVES.get((index + 1) % 8), index, size, path, root)).isFalse();
				assertThat(Merkle.includes(LEAVES.get(index), index + 1, size, path, root)).isFalse();
				assertThat(Merkle.includes(LEAVES.get(index), index, size, with(path, root), root)).isFalse();
				for (var bent : bent(path)) {
					assertThat(Merkle.includes(LEAVES.get(index), index, size, bent, root)).isFalse();
				}
			}
		}
	}

	@Test
	void everyPrefixIsConsistentAndNoForkIs() {
		for (int second = 1; second <= 8; second++) {
			for (int first = 1; first <= second; first++) {
				var path = Merkle.consistency(first, second, MerkleTests::node);
				var older = Merkle.root(first, MerkleTests::node);
				var newer = Merkle.root(second, MerkleTests::node);
				var fork = Merkle.leafHash(new byte[] { 9 });
				assertThat(Merkle.consistent(first, older, second, newer, path)).isTrue();
				assertThat(Merkle.consistent(first, fork, second, newer, path)).isFalse();
				assertThat(Merkle.consistent(first, older, second, fork, path)).isFalse();
				assertThat(Merkle.consistent(first, older, second, newer, with(path, older))).isFalse();
				assertThat(Merkle.consistent(second + 1, older, second, newer, path)).isFalse();
				for (var bent : bent(path)) {
					assertThat(Merkle.consistent(first, older, second, newer, bent)).isFalse();
				}
			}
		}
	}

	private static List<byte[]> with(List<byte[]> path, byte[] more) {
		return Stream.concat(path.stream(), Stream.of(more)).toList();
	}

	/** One hash changed, or left out. */
	private static List<List<byte[]>> bent(List<byte[]> path) {
		return IntStream.range(0, path.size()).boxed().flatMap((place) -> {
			var changed = new ArrayList<>(path);
			changed.set(place, Merkle.leafHash(path.get(place)));
			var shorter = new ArrayList<>(path);
			shorter.remove((int) place);
			return Stream.<List<byte[]>>of(changed, shorter);
		}).toList();
	}

	private static String hex(List<byte[]> hashes) {
		return String.join(" ", hashes.stream().map(HexFormat.of()::formatHex).toList());
	}

}
