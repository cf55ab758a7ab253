package dev.backout.comms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.samskivert.mustache.DefaultCollector;
import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The message templates. They hold no logic, and nothing in them can execute: a gap is a
 * declared name, and its value a text that is escaped.
 */
@Component
public class Templates {

	private static final Mustache.Compiler TEXT = Mustache.compiler()
		.withCollector(new PlainTexts())
		.emptyStringIsFalse(true)
		.defaultValue("")
		.escapeHTML(false);

	private static final Mustache.Compiler HTML = TEXT
		.withEscaper((raw) -> Escapers.HTML.escape(raw).replace("\n", "<br>\n"));

	private final Map<String, MessageTemplate> templates = new TreeMap<>();

	private final Map<String, String> layouts = new HashMap<>();

	private final Moments moments;

	@Autowired
	Templates(MessageProperties properties) {
		this(properties.directory(), properties.zone());
	}

	private Templates(@Nullable Path directory, ZoneId zone) {
		this.moments = new Moments(zone);
		readAll(resources("classpath*:messages/*"));
		if (directory != null) {
			readAll(files(directory));
		}
		this.templates.values().forEach(this::tryOut);
	}

	/** The built-in ones and those of a directory, readable without the application. */
	public static Templates in(@Nullable Path directory) {
		return new Templates(directory, ZoneOffset.UTC);
	}

	/** All templates by name. */
	public Collection<MessageTemplate> all() {
		return List.copyOf(this.templates.values());
	}

	/**
	 * The template.
	 * @throws Rejected {@code message.unknown-template} naming the known ones
	 */
	public MessageTemplate get(String name) {
		var template = this.templates.get(name);
		if (template == null) {
			throw new Rejected("message.unknown-template",
					"There is no message template '%s', but %s".formatted(name, this.templates.keySet()));
		}
		return template;
	}

	/**
	 * Fills the gaps. A moment such as {@code 2026-11-23T03:30:00Z} is written for
	 * people.
	 * @throws Rejected {@code message.missing-fields} naming all that are missing
	 */
	public Rendered render(MessageTemplate template, Map<String, String> fields) {
		var values = filled(template, fields);
		var missing = template.required().stream().filter((field) -> values.getOrDefault(field, "").isBlank()).toList();
		if (!missing.isEmpty()) {
			throw new Rejected("message.missing-fields",
					"Message '%s' is not complete: fill in %s".formatted(template.title(), String.join(", ", missing)));
		}
		return rendered(template, this.moments.readable(values));
	}

	/** The fields with defaults for those that are blank. */
	Map<String, String> filled(MessageTemplate template, Map<String, String> fields) {
		var values = new HashMap<String, String>();
		template.fields().forEach((field) -> values.put(field, fields.getOrDefault(field, "").strip()));
		var readable = this.moments.readable(values);
		template.defaults().forEach((field, text) -> {
			if (values.getOrDefault(field, "").isBlank()) {
				values.put(field, TEXT.compile(text).execute(readable));
			}
		});
		return values;
	}

	private Rendered rendered(MessageTemplate template, Map<String, String> values) {
		values.forEach((field, value) -> {
			if (field.toLowerCase(Locale.ROOT).endsWith("url") && !value.matches("(https?://[^\\s\"<>]+)?")) {
				throw new Rejected("message.bad-link", "'%s' is not a web address: %s".formatted(field, value));
			}
		});
		var subject = TEXT.compile(template.subject()).execute(values).replaceAll("\\s+", " ").strip();
		var text = TEXT.compile(Markup.text(template.body())).execute(values).replaceAll("\n{3,}", "\n\n").strip();
		return new Rendered(subject, text + "\n", HTML.compile(Markup.html(template.body())).execute(values));
	}

	/** The whole message: the body in its frame. */
	Rendered framed(Rendered inner, Map<String, String> frame) {
		var values = new HashMap<>(frame);
		values.put("subject", inner.subject());
		values.put("body", inner.text().strip());
		var text = TEXT.compile(this.layouts.get("layout.txt")).execute(values);
		values.put("body", inner.html());
		var html = HTML.compile(this.layouts.get("layout.html")).execute(values);
		return new Rendered(inner.subject(), text, html);
	}

	/** A broken template must not wait for the night it is needed. */
	private void tryOut(MessageTemplate template) {
		var values = new HashMap<String, String>();
		template.fields().forEach((field) -> values.put(field, "https://example.org/" + field));
		try {
			rendered(template, values);
			rendered(template, Map.of());
		}
		catch (MustacheException ex) {
			throw new BrokenTemplate(template.name(), String.valueOf(ex.getMessage()));
		}
	}

	private void readAll(Map<String, String> files) {
		files.forEach((name, content) -> {
			if (name.startsWith("layout.")) {
				this.layouts.put(name, content);
			}
			else if (name.endsWith(".md")) {
				var template = TemplateFile.read(name, content);
				this.templates.put(template.name(), template);
			}
		});
	}

	private static Map<String, String> resources(String pattern) {
		try {
			var found = new TreeMap<String, String>();
			for (Resource resource : new PathMatchingResourcePatternResolver().getResources(pattern)) {
				if (resource.isReadable()) {
					found.put(String.valueOf(resource.getFilename()),
							resource.getContentAsString(StandardCharsets.UTF_8));
				}
			}
			return found;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, String> files(Path directory) {
		try (var files = Files.list(directory)) {
			var found = new TreeMap<String, String>();
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				found.put(file.getFileName().toString(), Files.readString(file));
			}
			return found;
		}
		catch (IOException ex) {
			throw new Rejected("message.no-directory",
					"The directory of message templates, %s, cannot be read. Mend backout.messages.directory"
						.formatted(directory));
		}
	}

	/** Looks into maps only: a text has no members that a template could call. */
	private static final class PlainTexts extends DefaultCollector {

		@Override
		public Mustache.VariableFetcher createFetcher(Object context, String name) {
			return (context instanceof Map) ? (map, key) -> ((Map<?, ?>) map).containsKey(key)
					? ((Map<?, ?>) map).get(key) : Template.NO_FETCHER_FOUND : (text, key) -> Template.NO_FETCHER_FOUND;
		}

	}

}
