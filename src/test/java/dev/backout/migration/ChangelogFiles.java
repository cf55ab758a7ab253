package dev.backout.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Changelogs for tests, written where a test wants them. */
final class ChangelogFiles {

	private final Path root;

	ChangelogFiles(Path root) {
		this.root = root;
	}

	/** A file below the root, as it is. */
	ChangelogFiles file(String path, String text) {
		try {
			var file = this.root.resolve(path);
			Files.createDirectories(file.getParent());
			Files.writeString(file, text);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** {@code changelog.xml} with these elements. */
	ChangelogSource xml(String elements) {
		file("changelog.xml",
				"""
						<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
							xmlns:ext="http://www.liquibase.org/xml/ns/dbchangelog-ext"
							xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
							xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
						%s
						</databaseChangeLog>
						"""
					.formatted(elements));
		return source("changelog.xml");
	}

	/** {@code changelog.sql} with these changesets. */
	ChangelogSource sql(String changesets) {
		file("changelog.sql", "--liquibase formatted sql\n" + changesets);
		return source("changelog.sql");
	}

	ChangelogSource source(String file) {
		return new ChangelogSource(this.root, file);
	}

}
