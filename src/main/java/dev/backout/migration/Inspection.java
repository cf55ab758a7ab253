package dev.backout.migration;

import java.util.List;

/**
 * What Backout says about a changelog: one verdict per changeset that would run on
 * PostgreSQL, in the order of the changelog.
 *
 * @param changelog the changelog that was read
 * @param changesets the verdicts
 * @param elsewhere how many changesets more are only for other databases
 */
public record Inspection(String changelog, List<ChangesetVerdict> changesets, int elsewhere) {

	public Inspection {
		changesets = List.copyOf(changesets);
	}

	/** The worst verdict of all; an empty changelog is reversible. */
	public Verdict worst() {
		return this.changesets.stream().map(ChangesetVerdict::verdict).reduce(Verdict.REVERSIBLE, Verdict::worseOf);
	}

}
