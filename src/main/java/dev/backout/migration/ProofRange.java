package dev.backout.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The changesets that a proof goes through, and how they are cut for several clones.
 *
 * @param changesets of the changelog, in its order, up to the last one to go through
 * @param from place of the first to prove; those before it are only applied
 * @param total how many the changelog has
 */
record ProofRange(List<Analysis> changesets, int from, int total) {

	/** Fewer are not worth a clone. */
	static final int WORTH_A_CLONE = 20;

	/** What only applying a changeset takes, against proving it. */
	private static final double APPLYING = 0.3;

	ProofRange(List<Analysis> all, ProofOptions options) {
		this(all.subList(0, end(all, options)), start(all, options), all.size());
	}

	private static int end(List<Analysis> all, ProofOptions options) {
		var last = place(all, options.to());
		return (last < 0) ? all.size() : last + 1;
	}

	private static int start(List<Analysis> all, ProofOptions options) {
		if (options.from() == null) {
			return 0;
		}
		var first = place(all, options.from());
		return (first < 0) ? all.size() : first;
	}

	private static int place(List<Analysis> all, @Nullable ChangesetId id) {
		return all.stream().map(Analysis::changeset).toList().indexOf(id);
	}

	int size() {
		return this.changesets.size();
	}

	/** Into how many parts it is cut when there are so many clones. */
	int parts(int clones) {
		return Math.min(clones, Prover.clones(size() - this.from));
	}

	/**
	 * Where part {@code number} of {@code parts} begins. Each clone first applies what is
	 * before its part, so the later parts are the smaller ones: all end together.
	 */
	int begin(int number, int parts) {
		if (number == 0) {
			return 0;
		}
		var share = (1 - Math.pow(1 - APPLYING, number)) / (1 - Math.pow(1 - APPLYING, parts));
		return this.from + (int) Math.round((size() - this.from) * share);
	}

}
