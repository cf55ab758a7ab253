package dev.backout.flag;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backout.catalog.InvalidManifest;
import dev.backout.catalog.ManifestReader;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/** Reads the files that declare flags. */
@Component
@EnableConfigurationProperties(FlagProperties.class)
class Declarations {

	private static final String SHIPPED = "classpath:demo/flags/*.yaml";

	private final ManifestReader manifests = new ManifestReader(Declarations.class, "/flag/flags.schema.json");

	private final Source source;

	@Autowired
	Declarations(FlagProperties properties, @Value("${backout.demo.enabled:false}") boolean demo) {
		this(source(properties.directory(), demo));
	}

	Declarations(Source source) {
		this.source = source;
	}

	/** Where files come from: name to text. */
	interface Source {

		Map<String, String> files() throws IOException;

	}

	/** All declared flags, by key. */
	Map<String, Declaration> read() {
		var declared = new LinkedHashMap<String, Declaration>();
		files().forEach((file, text) -> {
			for (var node : this.manifests.read(file, text).path("flags")) {
				var declaration = declaration(node);
				if (node.path("probe").has("sql") && declaration.target() == null) {
					throw new InvalidManifest("%s:%d target: missing; a probe with SQL needs the database to ask"
						.formatted(file, ManifestReader.line(node)));
				}
				if (declared.put(declaration.key(), declaration) != null) {
					throw new InvalidManifest("%s:%d key: flag '%s' is declared twice; give each its own key"
						.formatted(file, ManifestReader.line(node.path("key")), declaration.key()));
				}
			}
		});
		return declared;
	}

	private Map<String, String> files() {
		try {
			return this.source.files();
		}
		catch (IOException ex) {
			throw new Rejected("flag.unreadable",
					"The flags cannot be read: %s. Check backout.flags.directory".formatted(ex.getMessage()));
		}
	}

	private static Declaration declaration(JsonNode node) {
		var type = FlagType.valueOf(constant(node.path("type").asText()));
		var start = node.path("start");
		return new Declaration(node.path("key").asText(), node.path("title").asText(), type,
				Stage.valueOf(constant(node.path("stage").asText("live"))), node.path("owner").asText(),
				node.has("expectedLife") ? duration(node.get("expectedLife").asText()) : type.expectedLife(),
				textOrNull(node, "activation"), textOrNull(node, "termination"), textOrNull(node, "target"),
				texts(node.path("changesets")), start.path("on").asBoolean(false), start.path("percentage").asInt(100),
				node.has("probe") ? probe(node.get("probe")) : null);
	}

	private static Declaration.Probe probe(JsonNode node) {
		return new Declaration.Probe(textOrNull(node, "http"), textOrNull(node, "sql"), node.path("most").asDouble(),
				Math.max(node.path("attempts").asInt(3), node.path("passes").asInt(1)), node.path("passes").asInt(1),
				duration(node.path("every").asText("1s")), duration(node.path("timeout").asText("5s")));
	}

	private static String constant(String text) {
		return text.toUpperCase(Locale.ROOT).replace('-', '_');
	}

	private static Duration duration(String text) {
		if (text.endsWith("ms")) {
			return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
		}
		var number = Long.parseLong(text.substring(0, text.length() - 1));
		return text.endsWith("d") ? Duration.ofDays(number) : Duration.ofSeconds(number);
	}

	private static @Nullable String textOrNull(JsonNode node, String name) {
		return node.hasNonNull(name) ? node.get(name).asText() : null;
	}

	private static List<String> texts(JsonNode array) {
		var texts = new ArrayList<String>();
		array.forEach((item) -> texts.add(item.asText()));
		return texts;
	}

	private static Source source(@Nullable String directory, boolean demo) {
		if (directory != null && !directory.isBlank()) {
			return () -> files(Path.of(directory));
		}
		return demo ? Declarations::shipped : Map::of;
	}

	private static Map<String, String> files(Path directory) throws IOException {
		var files = new LinkedHashMap<String, String>();
		try (var found = Files.newDirectoryStream(directory, "*.yaml")) {
			for (var file : found) {
				files.put(String.valueOf(file.getFileName()), Files.readString(file));
			}
		}
		return files;
	}

	private static Map<String, String> shipped() throws IOException {
		var files = new LinkedHashMap<String, String>();
		for (var resource : new PathMatchingResourcePatternResolver().getResources(SHIPPED)) {
			files.put(String.valueOf(resource.getFilename()), resource.getContentAsString(StandardCharsets.UTF_8));
		}
		return files;
	}

}
