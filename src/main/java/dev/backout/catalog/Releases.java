package dev.backout.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The products and releases of the catalogue. */
public interface Releases {

	/**
	 * The release with this id.
	 * @throws dev.backout.kernel.Rejected naming the known ones, if there is none
	 */
	Release get(String id);

	/** All releases, by product and then from the oldest to the newest. */
	List<Release> all();

	/** All products by id. */
	List<Product> products();

	/**
	 * The YAML files of a folder in each product's directory: their text by their name,
	 * such as {@code shop/checks/shop.yaml}.
	 */
	default Map<String, String> files(String folder) {
		return Map.of();
	}

	/** Releases of a target, from the oldest to the newest. */
	default List<Release> ofTarget(String target) {
		return all().stream().filter((release) -> release.target().equals(target)).toList();
	}

	/** The release before this one on the same target, if any. */
	default Optional<Release> previous(Release release) {
		return Optional.ofNullable(release.previous()).map(this::get);
	}

}
