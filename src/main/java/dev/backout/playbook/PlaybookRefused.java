package dev.backout.playbook;

import java.util.List;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;

/** A playbook breaks rules, so it does not run. */
public final class PlaybookRefused extends Rejected {

	private final List<Finding> findings;

	public PlaybookRefused(List<Finding> findings) {
		super("playbook.refused", "The playbook is refused: "
				+ findings.stream().map(Finding::toString).collect(Collectors.joining("; ")));
		this.findings = List.copyOf(findings);
	}

	public List<Finding> findings() {
		return this.findings;
	}

}
