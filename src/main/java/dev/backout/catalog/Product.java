package dev.backout.catalog;

import java.util.List;

/**
 * What is released together: components on one target.
 *
 * @param id stable name such as {@code shop}
 * @param name as people read it
 * @param target id of the managed database that its components share
 * @param components in the order in which they are deployed
 * @param audiences who is told about it
 */
public record Product(String id, String name, String target, List<Component> components, List<Audience> audiences) {

	public Product {
		components = List.copyOf(components);
		audiences = List.copyOf(audiences);
	}

}
