package dev.backout.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.TestDatabase;
import org.springframework.core.io.ClassPathResource;

/**
 * Changesets whose way back is known to be broken, or known to be good, each against the
 * same small database.
 */
final class Corpus {

	private static final String CODES = "id,label\n1,new one\n5,five\n";

	private Corpus() {
	}

	static List<Case> defects() {
		return read("corpus/defects.txt");
	}

	static List<Case> good() {
		return read("corpus/good.txt");
	}

	/** A database with everything that the cases meet. */
	static TestDatabase base() {
		var database = TestDatabase.create();
		try (var connection = database.dataSource().getConnection(); var statement = connection.createStatement()) {
			statement.execute(text("corpus/base.sql"));
			return database;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<Case> read(String resource) {
		var cases = new ArrayList<Case>();
		for (var section : text(resource).split("(?m)^== ")) {
			if (!section.isBlank()) {
				cases.add(Case.of(section));
			}
		}
		return cases;
	}

	private static String text(String resource) {
		try {
			return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * One case.
	 *
	 * @param name what is wrong, or right, with it
	 * @param expected how its proof ends, or empty
	 * @param kept whether protection brings it back
	 * @param attributes of the changeset
	 * @param text formatted SQL, or XML
	 */
	record Case(String name, String expected, boolean kept, String attributes, String text) {

		static Case of(String section) {
			var lines = new ArrayList<>(section.strip().lines().toList());
			var name = lines.remove(0);
			var expected = lines.get(0).startsWith("expect ") ? lines.remove(0).substring(7) : "";
			var kept = lines.get(0).equals("kept") && lines.remove(0) != null;
			var attributes = lines.get(0).startsWith("attributes ") ? lines.remove(0).substring(10) : "";
			return new Case(name, expected, kept, attributes, String.join("\n", lines));
		}

		ChangelogSource write(Path directory) {
			var files = new ChangelogFiles(directory).file("codes.csv", CODES);
			return this.text.startsWith("<")
					? files.xml("<changeSet id='1' author='corpus'>" + this.text + "</changeSet>")
					: files.sql("--changeset corpus:1" + this.attributes + "\n" + this.text + "\n");
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
