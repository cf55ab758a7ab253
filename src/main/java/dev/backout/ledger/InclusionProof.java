package dev.backout.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Shows that an entry is in a tree, without showing the others.
 *
 * @param index place of the leaf
 * @param head tree that holds it
 * @param path hashes in Base64, from the leaf's sibling up
 */
public record InclusionProof(long index, TreeHead head, List<String> path) {

	public InclusionProof {
		path = List.copyOf(path);
	}

	/** Whether this leaf, and no other, stands there. */
	public boolean holdsFor(String leaf) {
		var decoder = Base64.getDecoder();
		return Merkle.includes(Merkle.leafHash(leaf.getBytes(StandardCharsets.UTF_8)), this.index, this.head.size(),
				this.path.stream().map(decoder::decode).toList(), decoder.decode(this.head.root()));
	}

}
