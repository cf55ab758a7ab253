package dev.backout.playbook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is wrong with one file, as the rules find it. */
final class Findings {

	private static final int MOST_OF_A_RULE = 200;

	private final String file;

	private final List<Finding> found = new ArrayList<>();

	private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);

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
		// Nobody reads more of them, and a hostile file could break a rule a hundred
		// thousand times.
		if (this.counts.merge(rule, 1, Integer::sum) > MOST_OF_A_RULE) {
			return;
		}
		this.found.add(new Finding(this.file, element, line, level, rule.id(), message, rule.mend()));
	}

	boolean none() {
		return this.found.isEmpty();
	}

	List<Finding> sorted() {
		return this.found.stream().sorted(Comparator.comparingInt(Finding::line)).toList();
	}

}
