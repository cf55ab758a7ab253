package dev.backout.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue in a directory: {@code <product>/product.yaml} and
 * {@code <product>/releases/*.yaml}. A changed file is seen at the next question.
 */
public final class Catalog implements Releases {

	private final @Nullable Path root;

	private @Nullable Content content;

	private Catalog(@Nullable Path root) {
		this.root = root;
	}

	/**
	 * The catalogue in the directory, checked.
	 * @throws InvalidManifest if a file does not say what it must
	 */
	public static Catalog at(Path directory) {
		if (!Files.isDirectory(directory)) {
			throw new InvalidManifest(
					"The catalogue directory %s does not exist; create it or correct --backout.catalog.directory"
						.formatted(directory));
		}
		var catalog = new Catalog(directory.toAbsolutePath().normalize());
		catalog.content();
		return catalog;
	}

	/** A catalogue without a product. */
	public static Catalog empty() {
		return new Catalog(null);
	}

	@Override
	public Release get(String id) {
		return all().stream()
			.filter((release) -> release.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new Rejected("catalog.unknown-release", unknown(id)));
	}

	@Override
	public List<Release> all() {
		return content().releases();
	}

	@Override
	public List<Product> products() {
		return content().products();
	}

	@Override
	public Map<String, String> files(String folder) {
		var root = this.root;
		return (root == null) ? Map.of() : new CatalogReader(root).texts(folder);
	}

	private String unknown(String id) {
		return all().isEmpty()
				? "Release '%s' is unknown: the catalogue is empty; name its directory with --backout.catalog.directory"
					.formatted(id)
				: "Release '%s' is unknown; the catalogue has %s".formatted(id,
						all().stream().map(Release::id).collect(Collectors.joining(", ")));
	}

	private synchronized Content content() {
		var root = this.root;
		if (root == null) {
			return Content.NONE;
		}
		var state = state(root);
		var known = this.content;
		if (known == null || !known.state().equals(state)) {
			known = new CatalogReader(root).read(state);
			this.content = known;
		}
		return known;
	}

	/** Names, sizes and times of all manifests: changes when one of them does. */
	private static List<String> state(Path root) {
		try (var files = Files.find(root, 3,
				(file, attributes) -> attributes.isRegularFile() && file.toString().endsWith(".yaml"))) {
			return files.sorted().map(Catalog::stateOf).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String stateOf(Path file) {
		try {
			return "%s %d %s".formatted(file, Files.size(file), Files.getLastModifiedTime(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What the catalogue says in one state of its files. */
	record Content(List<String> state, List<Product> products, List<Release> releases) {

		static final Content NONE = new Content(List.of(), List.of(), List.of());

	}

}
