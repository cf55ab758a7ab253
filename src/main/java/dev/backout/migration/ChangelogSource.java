package dev.backout.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backout.kernel.Checks;

/**
 * A changelog of any Liquibase format, and how it is to be read. Its files are untrusted:
 * nothing outside {@code root} is ever opened.
 *
 * @param root the only directory that files may come from
 * @param file the top file, relative to {@code root}
 * @param contexts Liquibase contexts to run with, separated by commas; empty for all
 * @param labels Liquibase label expression; empty for all
 * @param parameters values for <code>${...}</code> in the files; they see neither the
 * environment nor system properties
 * @param trusted what may run on our host, by name: classes of custom changes, or
 * {@code executeCommand}
 */
public record ChangelogSource(Path root, String file, String contexts, String labels, Map<String, String> parameters,
		Set<String> trusted) {

	public ChangelogSource {
		Checks.check(!file.isBlank(), () -> "A changelog needs its top file");
		root = root.toAbsolutePath().normalize();
		parameters = Map.copyOf(parameters);
		trusted = Set.copyOf(trusted);
	}

	public ChangelogSource(Path root, String file, String contexts, String labels, Map<String, String> parameters) {
		this(root, file, contexts, labels, parameters, Set.of());
	}

	public ChangelogSource(Path root, String file) {
		this(root, file, "", "", Map.of());
	}

	/**
	 * All changesets in the order of the files, whether they would run or not.
	 * @throws BrokenChangelog if a file cannot be read
	 */
	public List<Changeset> changesets() {
		return ParsedChangelog.parse(this).changesets();
	}

}
