package dev.backout.migration;

import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.backout.migration.guard.Trust;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Scope;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.database.Database;
import liquibase.database.core.PostgresDatabase;
import liquibase.exception.LiquibaseException;
import liquibase.exception.MigrationFailedException;
import liquibase.exception.PreconditionFailedException;
import liquibase.parser.ChangeLogParser;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ResourceAccessor;

/**
 * A changelog as Liquibase reads it. Reading runs nothing; generating SQL from it may, so
 * that is left to those who checked the change types first.
 *
 * @param source where it came from
 * @param scope to be inside of for whatever is done with it
 * @param log Liquibase's own form
 * @param byId its changesets
 */
record ParsedChangelog(ChangelogSource source, LiquibaseScope scope, DatabaseChangeLog log,
		Map<ChangesetId, ChangeSet> byId) {

	/** In a statement that its reader does not see as it was sent. */
	private static final Pattern POSITION = Pattern.compile("\\s+Position: \\d+$");

	private static final Pattern UNKNOWN_SCHEMA = Pattern.compile("Unable to resolve xml entity (\\S+)\\. ");

	static ParsedChangelog parse(ChangelogSource source) {
		return parse(source, LiquibaseScope.of(source.root(), "inspect", (sql) -> {
		}), new PostgresDatabase());
	}

	static ParsedChangelog parse(ChangelogSource source, LiquibaseScope scope, Database database) {
		if (!Files.isRegularFile(source.root().resolve(source.file()))) {
			throw new BrokenChangelog(
					"There is no changelog '%s' in %s; check the path".formatted(source.file(), source.root()));
		}
		try {
			return scope.call(() -> {
				Trust.guard();
				var parameters = ownParameters(database);
				parameters.setContexts(new Contexts(source.contexts()));
				parameters.setLabels(new LabelExpression(source.labels()));
				source.parameters().forEach(parameters::set);
				var resources = scope.resources();
				var log = Scope.child(Trust.only(source.trusted()),
						() -> guarded(source, resources).parse(source.file(), parameters, resources));
				return new ParsedChangelog(source, scope, log, byId(log));
			});
		}
		catch (LiquibaseException ex) {
			throw new BrokenChangelog(
					"Changelog '%s' cannot be read: %s".formatted(source.file(), ours(deepest(ex), source)));
		}
	}

	/** Liquibase's message, with what helps here instead of what helps there. */
	private static String ours(String message, ChangelogSource source) {
		var search = message.indexOf(" was not found in the configured search path");
		if (search >= 0) {
			return "%s was not found below %s. Should its paths start from another directory, name that one with --root"
				.formatted(message.substring(0, search), source.root());
		}
		var entity = UNKNOWN_SCHEMA.matcher(message);
		return entity.lookingAt()
				? "Schema '%s' is neither Liquibase's own nor beside the changelog, and nothing is fetched from elsewhere"
					.formatted(entity.group(1))
				: message;
	}

	/** Which parser fits depends on the scope: the guarded ones only show inside. */
	private static ChangeLogParser guarded(ChangelogSource source, ResourceAccessor resources)
			throws LiquibaseException {
		return ChangeLogParserFactory.getInstance().getParser(source.file(), resources);
	}

	/**
	 * Liquibase would offer the whole environment, secrets included, to the changelog.
	 */
	private static ChangeLogParameters ownParameters(Database database) {
		try {
			var parameters = new ChangeLogParameters(database);
			var field = ChangeLogParameters.class.getDeclaredField("systemParameters");
			field.setAccessible(true);
			((List<?>) field.get(parameters)).clear();
			return parameters;
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("This Liquibase keeps its parameters elsewhere", ex);
		}
	}

	List<ChangeSet> all() {
		return this.log.getChangeSets();
	}

	List<Changeset> changesets() {
		try {
			return this.scope.call(() -> all().stream().map(ParsedChangelog::summary).toList());
		}
		catch (LiquibaseException ex) {
			throw new BrokenChangelog("Changelog '%s': %s".formatted(this.source.file(), deepest(ex)));
		}
	}

	Optional<ChangeSet> find(ChangesetId id) {
		return Optional.ofNullable(this.byId.get(id));
	}

	/** The first of each, should a name stand for two. */
	private static Map<ChangesetId, ChangeSet> byId(DatabaseChangeLog log) {
		var found = new LinkedHashMap<ChangesetId, ChangeSet>();
		log.getChangeSets().forEach((changeset) -> found.putIfAbsent(id(changeset), changeset));
		return Collections.unmodifiableMap(found);
	}

	static ChangesetId id(ChangeSet changeset) {
		return new ChangesetId(DatabaseChangeLog.normalizePath(changeset.getFilePath()), changeset.getId(),
				changeset.getAuthor());
	}

	private static Changeset summary(ChangeSet changeset) {
		var contexts = changeset.getContextFilter();
		var labels = changeset.getLabels();
		return new Changeset(id(changeset), changeset.generateCheckSum(liquibase.ChecksumVersion.latest()).toString(),
				changeset.isRunInTransaction(), changeset.isAlwaysRun(), changeset.isRunOnChange(),
				(contexts != null) ? contexts.toString() : "", (labels != null) ? labels.toString() : "",
				changeset.getDescription());
	}

	static String deepest(Throwable ex) {
		var cause = ex;
		while (cause.getCause() != null && cause.getCause() != cause) {
			if (cause instanceof MigrationFailedException && cause.getCause() instanceof PreconditionFailedException) {
				// Which ones do not hold, and where, is only said here.
				return String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
			}
			cause = cause.getCause();
		}
		return POSITION.matcher(String.valueOf(cause.getMessage()).strip()).replaceFirst("");
	}

}
