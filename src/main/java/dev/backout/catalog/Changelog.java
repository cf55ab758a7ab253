package dev.backout.catalog;

import java.nio.file.Path;

/**
 * A Liquibase changelog file of the catalogue.
 *
 * @param root directory that everything it includes must be in
 * @param file path below the root, with forward slashes; also the path that Liquibase
 * records
 */
public record Changelog(Path root, String file) {

	public Path path() {
		return this.root.resolve(this.file);
	}

}
