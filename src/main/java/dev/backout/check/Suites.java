package dev.backout.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

import dev.backout.catalog.InvalidManifest;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The suites of the catalogue, {@code <product>/checks/*.yaml}, and of the configured
 * directory. They are read again whenever they are asked for: a corrected file needs no
 * restart.
 */
@Component
@EnableConfigurationProperties(CheckProperties.class)
public class Suites {

	private static final String SHIPPED = "classpath:demo/catalog/*/checks/*.yaml";

	private final SuiteReader reader = new SuiteReader();

	private final Source source;

	@Autowired
	Suites(CheckProperties properties, ObjectProvider<Releases> releases) {
		this(() -> {
			var files = new ArrayList<NamedText>();
			releases.stream()
				.forEach((catalogue) -> catalogue.files("checks")
					.forEach((name, text) -> files.add(new NamedText(name, text))));
			if (properties.directory() != null && !properties.directory().isBlank()) {
				files.addAll(files(Path.of(properties.directory())));
			}
			return files;
		});
	}

	Suites(Source source) {
		this.source = source;
	}

	/**
	 * Suites of a file, of a directory, or of a catalogue, for tests and for the command
	 * line.
	 */
	public static Suites in(Path place) {
		if (!Files.exists(place)) {
			throw new Rejected("check.suites-unreadable",
					"There is no suite at %s: name a YAML file, or a directory that holds some".formatted(place));
		}
		return new Suites(() -> Files.isDirectory(place) ? filesBelow(place) : List.of(text(place)));
	}

	/** Those that ship with the application, for its demo. */
	public static Suites shipped() {
		return new Suites(Suites::shippedFiles);
	}

	/**
	 * All suites, by file name.
	 * @throws Rejected if one of the files cannot be read: nothing is recorded by halves
	 */
	public List<Suite> all() {
		var readings = readings();
		if (!readings.faults().isEmpty()) {
			throw readings.faults().get(0);
		}
		return readings.suites();
	}

	/** What can be read, and what is wrong with the rest. */
	public Readings readings() {
		var suites = new LinkedHashMap<String, Suite>();
		var faults = new ArrayList<Rejected>();
		for (var file : files()) {
			try {
				var suite = this.reader.read(file.name(), file.text());
				if (suites.putIfAbsent(suite.name(), suite) != null) {
					faults.add(new InvalidManifest("%s: suite '%s' is in the catalogue twice; give each its own name"
						.formatted(file.name(), suite.name())));
				}
			}
			catch (InvalidManifest ex) {
				faults.add(ex);
			}
		}
		return new Readings(List.copyOf(suites.values()), faults);
	}

	private List<NamedText> files() {
		try {
			return this.source.files();
		}
		catch (IOException | UncheckedIOException ex) {
			throw new Rejected("check.suites-unreadable",
					"The check suites cannot be read: %s. Check backout.checks.directory".formatted(ex.getMessage()));
		}
	}

	/**
	 * The suite of this name. Another file that cannot be read does not keep it away.
	 * @throws Rejected naming the known ones, if there is none
	 */
	public Suite named(String name) {
		var readings = readings();
		return readings.suites()
			.stream()
			.filter((suite) -> suite.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new Rejected("check-suite.unknown",
					"There is no check suite '%s'; known are %s. Add it to the catalogue as <product>/checks/%s.yaml%s"
						.formatted(name,
								readings.suites().stream().map(Suite::name).collect(Collectors.joining(", ", "[", "]")),
								name, readings.unread())));
	}

	/** A suite of an earlier day. */
	Suite read(String name, String text) {
		return this.reader.read(name, text);
	}

	/**
	 * The suites there are.
	 *
	 * @param suites that can be read, by file name
	 * @param faults of the files that cannot, each naming its file
	 */
	public record Readings(List<Suite> suites, List<Rejected> faults) {

		private String unread() {
			return this.faults.stream().map((fault) -> ". Not read: " + fault.reason()).collect(Collectors.joining());
		}

	}

	/** Where files come from. */
	interface Source {

		List<NamedText> files() throws IOException;

	}

	/** A file's name and text. */
	record NamedText(String name, String text) {
	}

	private static List<NamedText> files(Path directory) throws IOException {
		try (var found = Files.list(directory)) {
			return found.filter((file) -> file.toString().endsWith(".yaml")).sorted().map(Suites::text).toList();
		}
		catch (UncheckedIOException ex) {
			throw new IOException(ex.getMessage(), ex);
		}
	}

	/** Of a directory, or of the {@code checks} of the products in it. */
	private static List<NamedText> filesBelow(Path directory) throws IOException {
		var found = new ArrayList<>(files(directory));
		try (var products = Files.list(directory)) {
			for (var checks : products.map((product) -> product.resolve("checks"))
				.filter(Files::isDirectory)
				.toList()) {
				found.addAll(files(checks));
			}
		}
		return found;
	}

	private static NamedText text(Path file) {
		try {
			return new NamedText(String.valueOf(file.getFileName()),
					new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<NamedText> shippedFiles() throws IOException {
		var files = new ArrayList<NamedText>();
		for (var resource : new PathMatchingResourcePatternResolver().getResources(SHIPPED)) {
			files.add(new NamedText(String.valueOf(resource.getFilename()),
					resource.getContentAsString(StandardCharsets.UTF_8)));
		}
		return files;
	}

}
