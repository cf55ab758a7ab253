package dev.backout.comms;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.backout.comms.MessageTemplate.Channel;
import org.jspecify.annotations.Nullable;

/** Reads a template: YAML between two lines of dashes, then the body. */
final class TemplateFile {

	private static final int LONGEST = 64 * 1024;

	private static final Pattern TAG = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);

	private static final Pattern ALLOWED = Pattern.compile("[#^/]?([A-Za-z][A-Za-z0-9]*)");

	private static final ObjectMapper YAML = YAMLMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private TemplateFile() {
	}

	/** The front matter as people write it. */
	private record Head(@Nullable String name, int version, @Nullable String title, @Nullable String channel,
			@Nullable String audience, @Nullable String subject, @Nullable List<String> required,
			@Nullable List<String> optional, @Nullable Map<String, String> defaults, @Nullable String nextUpdateAfter) {
	}

	static MessageTemplate read(String file, String content) {
		if (content.length() > LONGEST) {
			throw new BrokenTemplate(file, "it is longer than %d characters".formatted(LONGEST));
		}
		var parts = content.replace("\r\n", "\n").split("(?m)^---[ \\t]*\n", 3);
		if (parts.length != 3 || !parts[0].isBlank()) {
			throw new BrokenTemplate(file,
					"it must begin with a line of three dashes, its fields, and three dashes again");
		}
		var template = template(file, head(file, parts[1]), parts[2].strip() + "\n");
		check(file, template);
		return template;
	}

	private static Head head(String file, String yaml) {
		try {
			var head = YAML.readValue(yaml, Head.class);
			if (head == null) {
				throw new BrokenTemplate(file, "it has no fields");
			}
			return head;
		}
		catch (JsonProcessingException ex) {
			throw new BrokenTemplate(file, ex.getOriginalMessage());
		}
	}

	private static MessageTemplate template(String file, Head head, String body) {
		if (head.version() < 1) {
			throw new BrokenTemplate(file, "it needs 'version', from 1");
		}
		return new MessageTemplate(given(file, "name", head.name()), head.version(), given(file, "title", head.title()),
				channel(file, head.channel()), given(file, "audience", head.audience()),
				given(file, "subject", head.subject()), listed(head.required()), listed(head.optional()),
				(head.defaults() != null) ? head.defaults() : Map.of(), duration(file, head.nextUpdateAfter()), body);
	}

	private static String given(String file, String field, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new BrokenTemplate(file, "it needs '%s'".formatted(field));
		}
		return value;
	}

	private static List<String> listed(@Nullable List<String> values) {
		return (values != null) ? values : List.of();
	}

	private static Channel channel(String file, @Nullable String name) {
		try {
			return (name != null) ? Channel.valueOf(name.toUpperCase(Locale.ROOT)) : Channel.MAIL;
		}
		catch (IllegalArgumentException ex) {
			throw new BrokenTemplate(file, "'channel' is mail or status, not '%s'".formatted(name));
		}
	}

	private static @Nullable Duration duration(String file, @Nullable String text) {
		try {
			return (text != null) ? Duration.parse(text) : null;
		}
		catch (DateTimeException ex) {
			throw new BrokenTemplate(file, "'nextUpdateAfter' reads like PT30M, not '%s'".formatted(text));
		}
	}

	/**
	 * Every tag is a plain name that is declared; nothing unescaped, nothing included.
	 */
	private static void check(String file, MessageTemplate template) {
		var known = Set.copyOf(template.fields());
		var unknown = new TreeSet<String>();
		Stream.concat(Stream.of(template.subject(), template.body()), template.defaults().values().stream())
			.forEach((text) -> TAG.matcher(text).results().map((tag) -> tag.group(1)).forEach((tag) -> {
				var name = ALLOWED.matcher(tag);
				if (!name.matches()) {
					throw new BrokenTemplate(file,
							"{{%s}} is not allowed; write {{name}}, {{#name}}, {{^name}} or {{/name}}".formatted(tag));
				}
				if (!known.contains(name.group(1))) {
					unknown.add(name.group(1));
				}
			}));
		unknown.addAll(template.defaults().keySet().stream().filter((field) -> !known.contains(field)).toList());
		if (!unknown.isEmpty()) {
			throw new BrokenTemplate(file, "it uses %s, which are neither required nor optional".formatted(unknown));
		}
	}

}
