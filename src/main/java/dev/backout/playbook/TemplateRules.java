package dev.backout.playbook;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.comms.MessageTemplate;
import dev.backout.comms.MessageTemplate.Channel;

/** Whether the templates that a playbook names are there. */
final class TemplateRules {

	private final Set<String> mails;

	private final Set<String> posts;

	private final Findings findings;

	TemplateRules(Collection<MessageTemplate> templates, Findings findings) {
		this.mails = names(templates, Channel.MAIL);
		this.posts = names(templates, Channel.STATUS);
		this.findings = findings;
	}

	private static Set<String> names(Collection<MessageTemplate> templates, Channel channel) {
		return templates.stream()
			.filter((template) -> template.channel() == channel)
			.map(MessageTemplate::name)
			.collect(Collectors.toSet());
	}

	void step(XmlNode step) {
		var topic = step.camunda("topic");
		var inputs = Tasks.inputs(step);
		if (topic.equals("notify.send")) {
			check(step, Tasks.input(step, "template"), this.mails);
		}
		if (topic.equals("status.post")) {
			var wording = Tasks.input(step, inputs.containsKey("wording") ? "wording" : "status");
			check(step, "status-" + wording.toLowerCase(Locale.ROOT), this.posts);
		}
	}

	void task(XmlNode task) {
		var properties = Tasks.properties(task);
		if ("message".equals(properties.get("kind"))) {
			check(task, properties.getOrDefault("template", ""), this.mails);
		}
	}

	private void check(XmlNode node, String name, Set<String> known) {
		if (!known.contains(name)) {
			this.findings.error(Rule.TEMPLATE, node, "'%s' needs the message template '%s', but there are %s"
				.formatted(node.id(), name, known.stream().sorted().toList()));
		}
	}

}
