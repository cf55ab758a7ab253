package dev.backout.ledger;

import java.util.Base64;
import java.util.List;

/**
 * Shows that a tree begins with an older one: nothing was changed, only added.
 *
 * @param first the older tree
 * @param second the newer tree
 * @param path hashes in Base64, in RFC 6962's order
 */
public record ConsistencyProof(TreeHead first, TreeHead second, List<String> path) {

	public ConsistencyProof {
		path = List.copyOf(path);
	}

	public boolean holds() {
		var decoder = Base64.getDecoder();
		return Merkle.consistent(this.first.size(), decoder.decode(this.first.root()), this.second.size(),
				decoder.decode(this.second.root()), this.path.stream().map(decoder::decode).toList());
	}

}
