package dev.backout.playbook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with one file, as the rules find it. */
final class Findings {

	private final String file;

	private final List<Finding> found = new ArrayList<>();

	Findings(String file) {
		this.file = file;
	}

	void error(Rule rule, XmlNode at, String message) {
		add(Finding.Level.ERROR, rule, at.nearestId(), at.line, message);
	}

	void warning(Rule rule, XmlNode at, String message) {
		add(Finding.Level.WARNING, rule, at.nearestId(), at.line, message);
	}

	void document(Rule rule, int line, String message) {
		add(Finding.Level.ERROR, rule, "(document)", line, message);
	}

	private void add(Finding.Level level, Rule rule, String element, int line, String message) {
		this.found.add(new Finding(this.file, element, line, level, rule.id(), message, rule.mend()));
	}

	boolean none() {
		return this.found.isEmpty();
	}

	List<Finding> sorted() {
		return this.found.stream().sorted(Comparator.comparingInt(Finding::line)).toList();
	}

}
