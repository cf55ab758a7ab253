package dev.backout.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
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

	private static final int MOST_NAMES = 20;

	private final SuiteReader reader = new SuiteReader();

	private final Source source;

	private final Known known;

	@Autowired
	Suites(CheckProperties properties, ObjectProvider<Releases> releases, Known known) {
		this(() -> {
			var files = new ArrayList<NamedText>();
			releases.stream()
				.forEach((catalogue) -> catalogue.files("checks")
					.forEach((name, text) -> files.add(new NamedText(name, text))));
			if (properties.directory() != null && !properties.directory().isBlank()) {
				files.addAll(files(Path.of(properties.directory())));
			}
			return files;
		}, known);
	}

	Suites(Source source, Known known) {
		this.source = source;
		this.known = known;
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
		return new Suites(() -> Files.isDirectory(place) ? filesBelow(place) : List.of(text(place)), Known.NOBODY);
	}

	/** Those that ship with the application, for its demo. */
	public static Suites shipped() {
		return new Suites(Suites::shippedFiles, Known.NOBODY);
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
		var ownerless = new LinkedHashMap<String, Rejected>();
		var known = this.known.names();
		for (var file : files()) {
			try {
				var suite = this.reader.read(file.name(), file.text());
				if (suites.putIfAbsent(suite.name(), suite) != null) {
					faults.add(new InvalidManifest("%s: suite '%s' is in the catalogue twice; give each its own name"
						.formatted(file.name(), suite.name())));
				}
				else {
					strangers(file.name(), suite, known).ifPresent((fault) -> ownerless.put(suite.digest(), fault));
				}
			}
			catch (InvalidManifest ex) {
				faults.add(ex);
			}
		}
		return new Readings(List.copyOf(suites.values()), faults, ownerless);
	}

	/**
	 * What is wrong with the owners of a suite, once anybody is known: a deviation must
	 * find somebody.
	 */
	private static Optional<Rejected> strangers(String file, Suite suite, SortedSet<String> known) {
		var strangers = suite.checks()
			.stream()
			.filter((check) -> !known.isEmpty() && !known.contains(check.owner()))
			.map((check) -> "'%s' of check '%s'".formatted(check.owner(), check.name()))
			.toList();
		return strangers.isEmpty() ? Optional.empty() : Optional.of(new Rejected("check-suite.unknown-owner",
				"%s: suite '%s' names owners whom nobody knows: %s. Known are %s: name one of them, or add the person or rotation"
					.formatted(file, suite.name(), String.join(", ", strangers), first(known))));
	}

	private static String first(SortedSet<String> names) {
		var more = names.size() - MOST_NAMES;
		return names.stream().limit(MOST_NAMES).collect(Collectors.joining(", ", "[", "]"))
				+ ((more > 0) ? " and %d more".formatted(more) : "");
	}

	/**
	 * For a suite that somebody starts.
	 * @throws Rejected {@code check-suite.unknown-owner} naming file, suite, owners, and
	 * who is known
	 */
	void demandOwners(Suite suite) {
		var fault = readings().ownerless().get(suite.digest());
		if (fault != null) {
			throw fault;
		}
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
	 * @param ownerless suites that can be read and have an owner whom nobody knows, by
	 * digest, with the reason
	 */
	public record Readings(List<Suite> suites, List<Rejected> faults, Map<String, Rejected> ownerless) {

		private String unread() {
			return this.faults.stream().map((fault) -> ". Not read: " + fault.reason()).collect(Collectors.joining());
		}

	}

	/** Who may answer for a check. */
	interface Known {

		/** Where there is no application, there is nobody to know. */
		Known NOBODY = Collections::emptySortedSet;

		/** Ids of rotations and people; empty while there are none yet. */
		SortedSet<String> names();

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
