package dev.backout.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the manifests of a directory and holds them against each other. */
class CatalogReader {

	private final ManifestReader products = new ManifestReader("product");

	private final ManifestReader releases = new ManifestReader("release");

	private final Path root;

	CatalogReader(Path root) {
		this.root = root;
	}

	Catalog.Content read(List<String> state) {
		var products = new ArrayList<Product>();
		var releases = new LinkedHashMap<String, Release>();
		for (var file : files(this.root, "*/product.yaml")) {
			var product = product(file);
			products.add(product);
			releasesOf(product, file.resolveSibling("releases")).forEach((release) -> {
				if (releases.put(release.id(), release) != null) {
					throw new InvalidManifest("Release '%s' is in the catalogue twice".formatted(release.id()));
				}
			});
		}
		return new Catalog.Content(state, List.copyOf(products), List.copyOf(releases.values()));
	}

	private Product product(Path file) {
		var tree = this.products.read(this.root, file);
		var manifest = new Manifest(ManifestReader.name(this.root, file), tree);
		manifest.check("product", this.root.relativize(file).getName(0).toString(), "the name of its folder");
		var components = manifest.list("components").stream().map((node) -> component(manifest, node)).toList();
		return new Product(manifest.text("product"), manifest.text("name"), manifest.text("target"),
				DeploymentOrder.of(components, manifest), audiences(manifest));
	}

	private Component component(Manifest manifest, JsonNode node) {
		var changelog = new Changelog(this.root, node.get("changelog").asText());
		if (!Files.isRegularFile(changelog.path())) {
			throw manifest.invalid(node.get("changelog"),
					"the changelog '%s' does not exist below %s; create it or correct the path"
						.formatted(changelog.file(), this.root));
		}
		return new Component(node.get("id").asText(), node.get("name").asText(), Manifest.texts(node, "dependsOn"),
				changelog);
	}

	private static List<Audience> audiences(Manifest manifest) {
		return manifest.list("audiences")
			.stream()
			.map((node) -> new Audience(node.get("id").asText(), node.get("name").asText(),
					Manifest.texts(node, "emails")))
			.toList();
	}

	private List<Release> releasesOf(Product product, Path directory) {
		var found = new LinkedHashMap<String, Release>();
		var manifests = new LinkedHashMap<String, Manifest>();
		for (var file : files(directory, "*.yaml")) {
			var manifest = new Manifest(ManifestReader.name(this.root, file), this.releases.read(this.root, file));
			var release = new ReleaseReader(manifest, product).read();
			found.put(release.id(), release);
			manifests.put(release.id(), manifest);
		}
		return oldestFirst(found, manifests);
	}

	/** Follows {@code previous}, then goes by id. */
	private static List<Release> oldestFirst(Map<String, Release> releases, Map<String, Manifest> manifests) {
		return releases.values()
			.stream()
			.map((release) -> Map.entry(age(release, releases, manifests), release))
			.sorted(Comparator.comparing(Map.Entry<Integer, Release>::getKey)
				.thenComparing((aged) -> aged.getValue().id()))
			.map(Map.Entry::getValue)
			.toList();
	}

	private static int age(Release release, Map<String, Release> releases, Map<String, Manifest> manifests) {
		var seen = new HashSet<String>();
		var current = release;
		while (current.previous() != null) {
			var manifest = manifests.getOrDefault(current.id(), Manifest.NONE);
			if (!seen.add(current.id())) {
				throw manifest.invalid("previous",
						"release '%s' comes before itself; correct 'previous'".formatted(current.id()));
			}
			var before = releases.get(current.previous());
			if (before == null) {
				throw manifest.invalid("previous", "release '%s' is unknown; the product has %s"
					.formatted(current.previous(), String.join(", ", releases.keySet())));
			}
			current = before;
		}
		return seen.size();
	}

	/** Text by name of the YAML files in a folder of each product. */
	Map<String, String> texts(String folder) {
		var texts = new LinkedHashMap<String, String>();
		for (var product : files(this.root, "*/product.yaml")) {
			for (var file : files(product.resolveSibling(folder), "*.yaml")) {
				var name = ManifestReader.name(this.root, file);
				try {
					texts.put(name, Files.readString(file));
				}
				catch (IOException ex) {
					throw new InvalidManifest("%s cannot be read: %s".formatted(name, ex.getMessage()));
				}
			}
		}
		return texts;
	}

	private static List<Path> files(Path directory, String pattern) {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		var matcher = directory.getFileSystem().getPathMatcher("glob:" + pattern);
		try (Stream<Path> found = Files.walk(directory, 2)) {
			return found.filter((file) -> matcher.matches(directory.relativize(file)))
				.sorted()
				.collect(Collectors.toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
