package dev.backout.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backout.catalog.InvalidManifest;
import dev.backout.catalog.ManifestReader;
import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** All triggers: those of release manifests and those of the configured directory. */
@Component
@EnableConfigurationProperties(WatchProperties.class)
class TriggerFiles {

	private final ManifestReader manifests = new ManifestReader(TriggerFiles.class, "/watch/triggers.schema.json");

	private final Releases releases;

	private final WatchProperties properties;

	TriggerFiles(Releases releases, WatchProperties properties) {
		this.releases = releases;
		this.properties = properties;
	}

	List<Watched> all() {
		var all = new ArrayList<Watched>();
		this.releases.all().forEach((release) -> all.addAll(of(release)));
		all.addAll(fromDirectory());
		var names = new HashSet<String>();
		for (var trigger : all) {
			if (!names.add(trigger.release() + "/" + trigger.id())) {
				throw new InvalidManifest("Trigger '%s' of release '%s' exists twice; give each its own id"
					.formatted(trigger.id(), trigger.release()));
			}
		}
		return all;
	}

	private static List<Watched> of(Release release) {
		return release.triggers()
			.stream()
			.map((trigger) -> new Watched(release.id(), trigger.id(), trigger.title(), trigger.unit(), trigger.limit(),
					trigger.consecutive(), trigger.every(), new Watched.Sql(trigger.target(), trigger.sql())))
			.toList();
	}

	private List<Watched> fromDirectory() {
		var directory = this.properties.directory();
		if (directory == null || directory.isBlank()) {
			return List.of();
		}
		var triggers = new ArrayList<Watched>();
		try (var files = Files.newDirectoryStream(Path.of(directory), "*.yaml")) {
			for (var file : files) {
				var tree = this.manifests.read(String.valueOf(file.getFileName()), Files.readString(file));
				tree.path("triggers").forEach((node) -> triggers.add(watched(node)));
			}
		}
		catch (IOException ex) {
			throw new Rejected("watch.unreadable",
					"The triggers cannot be read: %s. Check backout.watch.directory".formatted(ex.getMessage()));
		}
		return triggers;
	}

	private static Watched watched(JsonNode node) {
		return new Watched(node.path("release").asText(), node.path("id").asText(), node.path("title").asText(),
				node.path("unit").asText(), node.path("limit").asDouble(), node.path("consecutive").asInt(3),
				duration(node.path("every").asText("30s")), source(node));
	}

	private static Watched.Source source(JsonNode node) {
		if (node.has("http")) {
			var pointer = node.path("http").path("pointer");
			return new Watched.Http(node.path("http").path("url").asText(),
					pointer.isMissingNode() ? null : pointer.asText());
		}
		if (node.has("prometheus")) {
			return new Watched.Prometheus(node.path("prometheus").path("url").asText(),
					node.path("prometheus").path("query").asText());
		}
		return new Watched.Sql(node.path("sql").path("target").asText(), node.path("sql").path("query").asText());
	}

	private static Duration duration(String text) {
		var number = Long.parseLong(text.substring(0, text.length() - 1));
		return text.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
	}

}
