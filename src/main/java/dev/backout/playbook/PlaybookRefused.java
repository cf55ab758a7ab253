package dev.backout.playbook;

import java.util.List;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;

/** A playbook breaks rules, so it does not run. */
public final class PlaybookRefused extends Rejected {

	/** How many are told in one sentence; all are in the list. */
	private static final int TOLD = 10;

	private final List<Finding> findings;

	public PlaybookRefused(List<Finding> findings) {
		super("playbook.refused", "The playbook is refused: " + said(findings));
		this.findings = List.copyOf(findings);
	}

	private static String said(List<Finding> findings) {
		var first = findings.stream().limit(TOLD).map(Finding::toString).collect(Collectors.joining("; "));
		return (findings.size() > TOLD) ? "%s; and %d more".formatted(first, findings.size() - TOLD) : first;
	}

	public List<Finding> findings() {
		return this.findings;
	}

}
