package dev.backout.catalog;

import java.util.List;

/**
 * A module, service or system of a product, with the changelog that owns its tables.
 *
 * @param id stable name, unique in the product
 * @param name as people read it
 * @param dependsOn ids of components that are deployed before it and undone after it
 * @param changelog where its changesets are
 */
public record Component(String id, String name, List<String> dependsOn, Changelog changelog) {

	public Component {
		dependsOn = List.copyOf(dependsOn);
	}

}
