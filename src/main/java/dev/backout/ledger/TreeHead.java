package dev.backout.ledger;

/**
 * Size and root of the tree: together they name every entry up to the last.
 *
 * @param size number of leaves
 * @param root root hash in Base64, as checkpoints and message footers write it
 */
public record TreeHead(long size, String root) {

	@Override
	public String toString() {
		return this.size + " " + this.root;
	}

}
