package dev.backout.playbook;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backout.comms.MessageTemplate;
import dev.backout.step.StepType;

/**
 * What the rules are made of, for the browser: it checks with the same words while
 * somebody draws.
 *
 * @param rules by the name that code uses
 * @param vocabulary elements, attributes and places
 * @param given what every run knows from its start
 * @param reserved what only the engine sets
 * @param steps the step types
 * @param kinds what an input may look like, by kind
 * @param templates the message templates
 */
public record RuleBook(Map<String, Entry> rules, Map<String, Object> vocabulary, Set<String> given,
		Set<String> reserved, List<StepType> steps, Map<StepType.Kind, Look> kinds, List<Named> templates) {

	/** A rule. */
	public record Entry(String id, String text, String mend) {
	}

	/** What a kind of value looks like. */
	public record Look(String pattern, String words) {
	}

	/** A message template. */
	public record Named(String name, String channel) {
	}

	static RuleBook of(Collection<StepType> steps, Collection<MessageTemplate> templates) {
		return new RuleBook(
				Arrays.stream(Rule.values())
					.collect(Collectors.toMap(Rule::name, (rule) -> new Entry(rule.id(), rule.text(), rule.mend()),
							(a, b) -> a, TreeMap::new)),
				Vocabulary.asMap(), HouseRules.GIVEN, HouseRules.RESERVED,
				steps.stream().sorted((a, b) -> a.name().compareTo(b.name())).toList(),
				Arrays.stream(StepType.Kind.values())
					.collect(Collectors.toMap(Function.identity(), (kind) -> new Look(kind.pattern(), kind.words()),
							(a, b) -> a, TreeMap::new)),
				templates.stream().map((one) -> new Named(one.name(), one.channel().name())).toList());
	}

}
