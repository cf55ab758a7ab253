package dev.backout.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipFile;

import dev.backout.migration.BrokenChangelog;
import dev.backout.migration.ChangelogSource;
import dev.backout.migration.Inspection;
import dev.backout.migration.Inspector;
import dev.backout.migration.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which changelog a command works on, and what it accepts of it. */
final class ChangelogArguments implements AutoCloseable {

	private static final List<String> PROJECT = List.of(".git", "pom.xml", "build.gradle", "build.gradle.kts",
			"package.json");

	@Parameters(paramLabel = "CHANGELOG",
			description = "First file: XML, YAML, JSON or formatted SQL; " + "or APP.jar!/path/in/it.")
	String changelog = "";

	@Option(names = "--root", paramLabel = "DIR",
			description = "Directory that its paths start from, and that it may not leave. "
					+ "Default: its own, or one above it in the same project or up to the working directory.")
	@Nullable Path root;

	@Option(names = "--contexts", paramLabel = "LIST", defaultValue = "", description = "Liquibase contexts.")
	String contexts = "";

	@Option(names = "--labels", paramLabel = "EXPRESSION", defaultValue = "", description = "Liquibase labels.")
	String labels = "";

	@Option(names = "-D", paramLabel = "NAME=VALUE", description = "Value of a changelog parameter.")
	Map<String, String> parameters = new LinkedHashMap<>();

	@Option(names = "--trust", paramLabel = "NAME",
			description = "What may run on this host: executeCommand, or a custom change's class.")
	Set<String> trusted = new LinkedHashSet<>();

	@Option(names = "--allow", paramLabel = "reversible|stash|lossy", defaultValue = "reversible",
			converter = Allowed.class, description = "Worst verdict that is fine. Default: ${DEFAULT-VALUE}.")
	Verdict allowed = Verdict.REVERSIBLE;

	@Option(names = "--format", defaultValue = "table",
			description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
	VerdictFormat format = VerdictFormat.table;

	@Option(names = "--output", paramLabel = "FILE", description = "Where to write; default: the terminal.")
	@Nullable Path output;

	@Option(names = "--from", paramLabel = "ID", description = "First changeset: its id, or file::id::author.")
	@Nullable String from;

	@Option(names = "--to", paramLabel = "ID", description = "Last changeset.")
	@Nullable String to;

	private @Nullable Path unpacked;

	/** Reads and inspects it, from the first root that its paths fit. */
	Found find() throws IOException {
		@Nullable BrokenChangelog first = null;
		for (var candidate : candidates()) {
			try {
				return new Found(candidate, Inspector.inspect(candidate));
			}
			catch (BrokenChangelog ex) {
				first = (first != null) ? first : ex;
			}
		}
		throw (first != null) ? first : new BrokenChangelog("There is no changelog '%s'".formatted(this.changelog));
	}

	private List<ChangelogSource> candidates() throws IOException {
		var jar = this.changelog.indexOf(".jar!/");
		if (jar > 0) {
			return List.of(source(unpack(Path.of(this.changelog.substring(0, jar + 4))),
					this.changelog.substring(jar + ".jar!/".length())));
		}
		var file = Path.of(this.changelog);
		if (this.root != null) {
			var base = this.root.toAbsolutePath().normalize();
			if (!Files.isDirectory(base)) {
				throw new BrokenChangelog("--root '%s' is not a directory".formatted(this.root));
			}
			var absolute = file.toAbsolutePath().normalize();
			return List.of(source(base, (Files.exists(file) && absolute.startsWith(base))
					? base.relativize(absolute).toString() : this.changelog));
		}
		if (!Files.isRegularFile(file)) {
			throw new BrokenChangelog("There is no changelog '%s'; check the path".formatted(this.changelog));
		}
		var absolute = file.toAbsolutePath().normalize();
		return roots(absolute, Path.of("").toAbsolutePath()).stream()
			.map((base) -> source(base, base.relativize(absolute).toString()))
			.toList();
	}

	/**
	 * The file's own directory, then those above it as far as its project goes, or as far
	 * as {@code here}; a home and the root of all files are no fence.
	 */
	static List<Path> roots(Path file, Path here) {
		var roots = new ArrayList<Path>();
		for (var up = file.getParent(); up != null; up = up.getParent()) {
			roots.add(up);
			if (PROJECT.stream().map(up::resolve).anyMatch(Files::exists)) {
				return roots;
			}
		}
		var fenced = here.getParent() != null && !here.equals(Path.of(System.getProperty("user.home")));
		return (fenced && file.startsWith(here)) ? roots.subList(0, roots.indexOf(here) + 1) : roots.subList(0, 1);
	}

	private ChangelogSource source(Path base, String file) {
		return new ChangelogSource(base, file.replace('\\', '/'), this.contexts, this.labels, this.parameters,
				this.trusted);
	}

	private Path unpack(Path jar) throws IOException {
		var directory = Files.createTempDirectory("backout-changelog");
		this.unpacked = directory;
		try (var zip = new ZipFile(jar.toFile())) {
			for (var entry : Collections.list(zip.entries())) {
				var file = directory.resolve(entry.getName()).normalize();
				if (file.startsWith(directory) && !entry.isDirectory() && !entry.getName().endsWith(".class")) {
					Files.createDirectories(file.getParent());
					Files.copy(zip.getInputStream(entry), file);
				}
			}
		}
		return directory;
	}

	@Override
	public void close() throws IOException {
		if (this.unpacked != null) {
			FileSystemUtils.deleteRecursively(this.unpacked);
		}
	}

	/** A changelog that could be read, and what its text tells. */
	record Found(ChangelogSource source, Inspection inspection) {
	}

	static final class Allowed implements picocli.CommandLine.ITypeConverter<Verdict> {

		@Override
		public Verdict convert(String value) {
			return switch (value) {
				case "reversible" -> Verdict.REVERSIBLE;
				case "stash" -> Verdict.REVERSIBLE_WITH_STASH;
				case "lossy" -> Verdict.LOSSY;
				default ->
					throw new TypeConversionException("it takes reversible, stash or lossy, was '%s'".formatted(value));
			};
		}

	}

}
