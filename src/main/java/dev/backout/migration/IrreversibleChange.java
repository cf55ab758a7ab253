package dev.backout.migration;

import java.util.List;

import dev.backout.kernel.Rejected;

/** A reversal was refused before anything was touched. */
public class IrreversibleChange extends Rejected {

	private final List<String> problems;

	public IrreversibleChange(List<String> problems) {
		super("migration.irreversible", String.join("; ", problems));
		this.problems = List.copyOf(problems);
	}

	/** One sentence for each changeset that stands in the way. */
	public List<String> problems() {
		return this.problems;
	}

}
