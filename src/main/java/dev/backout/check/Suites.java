package dev.backout.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The suites of the configured directory. They are read again whenever they are asked
 * for: a corrected file needs no restart.
 */
@Component
@EnableConfigurationProperties(CheckProperties.class)
public class Suites {

	private static final String SHIPPED = "classpath:demo/checks/*.yaml";

	private final SuiteReader reader = new SuiteReader();

	private final Source source;

	@Autowired
	Suites(CheckProperties properties, @Value("${backout.demo.enabled:false}") boolean demo) {
		this(source(properties.directory(), demo));
	}

	Suites(Source source) {
		this.source = source;
	}

	/** Suites of a directory, for tests and for the command line. */
	public static Suites in(Path directory) {
		return new Suites(() -> files(directory));
	}

	/** All suites, by file name. */
	public List<Suite> all() {
		try {
			return SuiteReader.unique(
					this.source.files().stream().map((file) -> this.reader.read(file.name(), file.text())).toList());
		}
		catch (IOException ex) {
			throw new Rejected("check.suites-unreadable",
					"The check suites cannot be read: %s. Check backout.checks.directory".formatted(ex.getMessage()));
		}
	}

	/**
	 * The suite of this name.
	 * @throws Rejected naming the known ones, if there is none
	 */
	public Suite named(String name) {
		var all = all();
		return all.stream()
			.filter((suite) -> suite.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new Rejected("check-suite.unknown",
					"There is no check suite '%s'; known are %s. Add %s.yaml to backout.checks.directory".formatted(
							name, all.stream().map(Suite::name).collect(Collectors.joining(", ", "[", "]")), name)));
	}

	/** Where files come from. */
	interface Source {

		List<NamedText> files() throws IOException;

	}

	/** A file's name and text. */
	record NamedText(String name, String text) {
	}

	private static Source source(@org.jspecify.annotations.Nullable String directory, boolean demo) {
		if (directory != null && !directory.isBlank()) {
			return () -> files(Path.of(directory));
		}
		return demo ? Suites::shipped : List::of;
	}

	private static List<NamedText> files(Path directory) throws IOException {
		try (var found = Files.list(directory)) {
			return found.filter((file) -> file.toString().endsWith(".yaml")).sorted().map(Suites::text).toList();
		}
		catch (UncheckedIOException ex) {
			throw new IOException(ex.getMessage(), ex);
		}
	}

	private static NamedText text(Path file) {
		try {
			return new NamedText(String.valueOf(file.getFileName()), Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<NamedText> shipped() throws IOException {
		var files = new ArrayList<NamedText>();
		for (var resource : new PathMatchingResourcePatternResolver().getResources(SHIPPED)) {
			files.add(new NamedText(String.valueOf(resource.getFilename()),
					resource.getContentAsString(StandardCharsets.UTF_8)));
		}
		return files;
	}

}
