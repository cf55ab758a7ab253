package dev.backout.playbook;

import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Walks a document and refuses everything that is not in the {@link Vocabulary}. */
final class Grammar {

	private static final Pattern DRAWN = Pattern.compile("[^(){}<>\\\\/$]*");

	private final Findings findings;

	private Grammar(Findings findings) {
		this.findings = findings;
	}

	static void check(XmlNode root, Findings findings) {
		new Grammar(findings).node(root);
	}

	private void node(XmlNode node) {
		if (Vocabulary.DIAGRAM.contains(node.namespace)) {
			place(node);
			picture(node);
			return;
		}
		var spec = switch (node.namespace) {
			case XmlNode.BPMN -> Vocabulary.bpmn(node.name);
			case XmlNode.CAMUNDA -> Vocabulary.camunda(node.name);
			default -> {
				this.findings.error(Rule.NAMESPACE, node,
						"Element <%s> of namespace '%s' is not allowed".formatted(node.name, node.namespace));
				yield null;
			}
		};
		if (spec == null) {
			return;
		}
		if (spec.isEmpty()) {
			this.findings.error(Rule.ELEMENT, node, "'%s' is not allowed%s".formatted(node.name,
					Optional.ofNullable(Vocabulary.WHY.get(node.name)).map((why) -> ": " + why).orElse("")));
			return;
		}
		place(node);
		attributes(node, spec.get());
		text(node, spec.get().text());
		node.children.forEach(this::node);
	}

	private void place(XmlNode node) {
		if (!Vocabulary.belongs(node)) {
			this.findings.error(Rule.PLACE, node, "'%s' does not belong into '%s'".formatted(node.name,
					(node.parent != null) ? node.parent.name : "the file"));
		}
	}

	private void picture(XmlNode node) {
		node.walk((part) -> {
			if (!Vocabulary.DIAGRAM.contains(part.namespace) || !part.text().isEmpty()) {
				this.findings.error(Rule.DIAGRAM, part, "'%s' does not belong into the diagram".formatted(part.name));
			}
			part.attributes.stream()
				.filter((attribute) -> !drawn(attribute))
				.forEach((attribute) -> this.findings.error(Rule.DIAGRAM, part,
						"'%s' of '%s' is more than a picture needs".formatted(attribute.name(), part.name)));
		});
	}

	/**
	 * Whether the attribute only draws: it points nowhere and holds nothing to evaluate.
	 */
	private static boolean drawn(XmlNode.Attribute attribute) {
		return (attribute.namespace().isEmpty() || Vocabulary.DIAGRAM.contains(attribute.namespace())
				|| (attribute.namespace().equals(XmlNode.XSI) && attribute.name().equals("type")))
				&& attribute.value().length() <= 250 && DRAWN.matcher(attribute.value()).matches();
	}

	private void attributes(XmlNode node, Vocabulary.Spec spec) {
		for (var attribute : node.attributes) {
			var value = value(attribute, spec);
			if (value == null) {
				this.findings.error(Rule.ATTRIBUTE, node,
						"Attribute '%s' of '%s' is not allowed".formatted(attribute.name(), node.name));
				continue;
			}
			value.refusal(attribute.value())
				.ifPresent((reason) -> this.findings.error(rule(value), node,
						"Attribute '%s' of '%s': %s".formatted(attribute.name(), node.name, reason)));
		}
	}

	private static Vocabulary.@Nullable Value value(XmlNode.Attribute attribute, Vocabulary.Spec spec) {
		return switch (attribute.namespace()) {
			case "" -> spec.plain().get(attribute.name());
			case XmlNode.CAMUNDA -> spec.camunda().get(attribute.name());
			case XmlNode.XSI -> switch (attribute.name()) {
				case "schemaLocation" -> Vocabulary.Value.SCHEMA;
				case "type" ->
					(spec.text() != null && spec.text() != Vocabulary.Value.LITERAL) ? Vocabulary.Value.FORMAL : null;
				default -> null;
			};
			default -> Vocabulary.DIAGRAM.contains(attribute.namespace()) ? Vocabulary.Value.LITERAL : null;
		};
	}

	private void text(XmlNode node, Vocabulary.@Nullable Value value) {
		var text = node.text();
		if (text.isEmpty()) {
			return;
		}
		if (value == null) {
			this.findings.error(Rule.TEXT, node, "'%s' must not hold text".formatted(node.name));
			return;
		}
		value.refusal(text)
			.ifPresent((reason) -> this.findings.error(rule(value), node, "'%s': %s".formatted(node.name, reason)));
	}

	private static Rule rule(Vocabulary.Value value) {
		return (value == Vocabulary.Value.EXPRESSION) ? Rule.EXPRESSION : Rule.VALUE;
	}

}
