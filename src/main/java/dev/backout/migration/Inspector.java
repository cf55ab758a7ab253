package dev.backout.migration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import liquibase.ChecksumVersion;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.filter.ContextChangeSetFilter;
import liquibase.changelog.filter.DbmsChangeSetFilter;
import liquibase.changelog.filter.IgnoreChangeSetFilter;
import liquibase.changelog.filter.LabelChangeSetFilter;
import liquibase.database.Database;
import liquibase.database.OfflineConnection;
import liquibase.database.core.PostgresDatabase;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ResourceAccessor;
import liquibase.serializer.core.string.StringChangeLogSerializer;
import org.jspecify.annotations.Nullable;

import dev.backout.kernel.Digests;
import dev.backout.migration.Effect.Kind;

/**
 * Says from its text alone what undoing each changeset of a changelog gives back. Runs
 * nothing and needs no database.
 */
public final class Inspector {

	private static final List<String> LOCKS = List.of("ACCESS EXCLUSIVE", "EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE ",
			"SHARE UPDATE EXCLUSIVE", "ROW EXCLUSIVE", "unknown");

	private static final Pattern UNSET = Pattern.compile("\\$\\{([\\w.-]+)}");

	/** BEGIN and COMMIT around a script are left out: it is in a transaction already. */
	private static final Pattern ENDS_TRANSACTION = Pattern
		.compile("^(?:rollback|abort|prepare transaction|(?:commit|end)\\b.*\\b(?:chain|prepared))\\b");

	private static final Pattern FROM_STDIN = Pattern.compile("^copy\\b.*\\bfrom stdin\\b", Pattern.DOTALL);

	private Inspector() {
	}

	/**
	 * Inspects every changeset that would run on PostgreSQL with the source's contexts
	 * and labels.
	 * @throws BrokenChangelog if it cannot be read
	 */
	public static Inspection inspect(ChangelogSource source) {
		return inspected(source, null);
	}

	/**
	 * The same, saying only what is asked for; what it says of a changeset takes all that
	 * come before it into account.
	 */
	public static Inspection inspect(ChangelogSource source, Predicate<Changeset> wanted) {
		return inspected(source, wanted);
	}

	private static Inspection inspected(ChangelogSource source, @Nullable Predicate<Changeset> wanted) {
		var database = new PostgresDatabase();
		var scope = LiquibaseScope.of(source.root(), "inspect", (sql) -> {
		});
		try {
			return scope.call(() -> {
				database.setConnection(offline(scope.resources()));
				var changelog = ParsedChangelog.parse(source, scope, database);
				return new Inspection(source.file(), verdicts(changelog, database, wanted),
						elsewhere(changelog, database));
			});
		}
		catch (LiquibaseException ex) {
			throw new BrokenChangelog(
					"Changelog '%s' cannot be inspected: %s".formatted(source.file(), ParsedChangelog.deepest(ex)));
		}
	}

	private static List<ChangesetVerdict> verdicts(ParsedChangelog changelog, Database database,
			@Nullable Predicate<Changeset> wanted) {
		var verdicts = analyse(changelog, database).stream().map(Analysis::verdict).toList();
		if (wanted == null) {
			return verdicts;
		}
		var chosen = changelog.changesets().stream().filter(wanted).map(Changeset::id).collect(Collectors.toSet());
		return verdicts.stream().filter((verdict) -> chosen.contains(verdict.changeset())).toList();
	}

	/** How many changesets name other databases. */
	static int elsewhere(ParsedChangelog changelog, Database database) {
		var filter = new DbmsChangeSetFilter(database);
		return (int) changelog.all().stream().filter((changeset) -> !filter.accepts(changeset).isAccepted()).count();
	}

	/**
	 * For each changeset the digest of the changelog up to and with it, rollbacks and
	 * preconditions included: what a proof of it stands on.
	 */
	static Map<ChangesetId, String> texts(ChangelogSource source) {
		var database = new PostgresDatabase();
		var scope = LiquibaseScope.of(source.root(), "inspect", (sql) -> {
		});
		try {
			return scope.call(() -> {
				database.setConnection(offline(scope.resources()));
				var texts = new LinkedHashMap<ChangesetId, String>();
				var sum = "";
				for (var changeset : ParsedChangelog.parse(source, scope, database).all()) {
					if (wouldRun(changeset, source, database)) {
						var id = ParsedChangelog.id(changeset);
						sum = Digests.sha256Hex("%s\n%s\n%s".formatted(sum, id, digest(changeset)));
						texts.put(id, sum);
					}
				}
				return texts;
			});
		}
		catch (LiquibaseException ex) {
			throw new BrokenChangelog(
					"Changelog '%s' cannot be read: %s".formatted(source.file(), ParsedChangelog.deepest(ex)));
		}
	}

	static OfflineConnection offline(ResourceAccessor resources) {
		return new OfflineConnection("offline:postgresql?version=16.0&outputLiquibaseSql=none", resources);
	}

	/** To be called inside the changelog's scope. */
	static List<Analysis> analyse(ParsedChangelog changelog, Database database) {
		var defined = new HashSet<String>();
		return changelog.all()
			.stream()
			.filter((changeset) -> wouldRun(changeset, changelog.source(), database))
			.map((changeset) -> analyse(changeset, database, defined))
			.toList();
	}

	static boolean wouldRun(ChangeSet changeset, ChangelogSource source, Database database) {
		return List
			.of(new ContextChangeSetFilter(new Contexts(source.contexts())),
					new LabelChangeSetFilter(new LabelExpression(source.labels())), new DbmsChangeSetFilter(database),
					new IgnoreChangeSetFilter())
			.stream()
			.allMatch((filter) -> filter.accepts(changeset).isAccepted());
	}

	/**
	 * Analyses one changeset.
	 * @param defined views and routines that earlier changesets defined; this one's are
	 * added
	 */
	private static Analysis analyse(ChangeSet changeset, Database database, Set<String> defined) {
		if (ElsewhereOnly.leftOut(changeset, database)) {
			return new Analysis(ParsedChangelog.id(changeset), true, Inverse.NO_CHANGE, "none", false,
					List.of(Reason.note("other-database",
							"Its preconditions ask for another database: on PostgreSQL nothing of it runs")),
					List.of(), digest(changeset));
		}
		var rendered = Rendered.of(changeset, database);
		var inverse = Inverses.of(changeset, rendered);
		var reasons = new ArrayList<Reason>(Inverses.reasons(changeset, rendered, inverse, defined));
		reasons.addAll(Circumstances.of(changeset));
		reasons.addAll(elsewhere(changeset, rendered, database));
		reasons.sort(Comparator.comparing(Reason::verdict).reversed());
		var effects = rendered.effects();
		effects.stream()
			.filter((effect) -> Set.of("view", "routine").contains(effect.kind().about))
			.forEach((effect) -> defined.add(effect.kind().about + " " + effect.on()));
		var old = onOldTables(effects);
		return new Analysis(ParsedChangelog.id(changeset), changeset.isRunInTransaction(), inverse, lock(old),
				old.stream().anyMatch(Effect::rewrite), reasons, effects, digest(changeset));
	}

	/** What PostgreSQL will refuse, since it was written for another database. */
	private static List<Reason> elsewhere(ChangeSet changeset, Rendered rendered, Database database) {
		var reasons = new ArrayList<Reason>();
		var log = changeset.getChangeLog();
		if (ElsewhereOnly.stops(changeset.getPreconditions(), database)
				|| (log != null && ElsewhereOnly.stops(log.getPreconditions(), database))) {
			reasons.add(Reason.certain("other-database", Verdict.IRREVERSIBLE,
					"Preconditions ask for another database: on PostgreSQL the update stops here"));
		}
		unset(changeset).forEach((name) -> reasons.add(Reason.note("unset-parameter",
				"Parameter ${%1$s} has no value, so it is taken as it is written: give it one with -D %1$s=VALUE"
					.formatted(name))));
		rendered.effects().stream().flatMap((effect) -> refused(effect).stream()).forEach(reasons::add);
		rendered.effects().forEach((effect) -> {
			var dialect = ElsewhereOnly.dialect(effect.text());
			if (dialect != null) {
				reasons.add(Reason.possible("other-database", Verdict.IRREVERSIBLE,
						"'%s' looks like SQL for %s, which PostgreSQL refuses: name its database with dbms"
							.formatted(effect.sql(), dialect)));
			}
		});
		return reasons.stream().distinct().toList();
	}

	/**
	 * What psql does itself: the server gets no such statement, or no rows with it. And
	 * what would tear a changeset from its history row.
	 */
	private static Optional<Reason> refused(Effect effect) {
		if (ENDS_TRANSACTION.matcher(effect.text()).find()) {
			return Optional.of(Reason.certain("ends-transaction", Verdict.IRREVERSIBLE,
					"'%s' would end the transaction that the changeset and its history row share, and is refused: take it out"
						.formatted(effect.sql())));
		}
		if (effect.text().startsWith("\\")) {
			return Optional.of(Reason.certain("psql-only", Verdict.IRREVERSIBLE,
					"'%s' is a command of psql, which the server refuses: take it out, or say it in SQL"
						.formatted(effect.sql())));
		}
		if (FROM_STDIN.matcher(effect.text()).find()) {
			return Optional.of(Reason.certain("psql-only", Verdict.IRREVERSIBLE,
					"'%s' waits for rows that only psql sends along: use loadData with a CSV file, or INSERT statements (pg_dump --inserts)"
						.formatted(effect.sql())));
		}
		return Optional.empty();
	}

	/** Parameters that stand in its changes without a value. */
	private static Set<String> unset(ChangeSet changeset) {
		var names = new TreeSet<String>();
		for (var change : changeset.getChanges()) {
			try {
				UNSET.matcher(new StringChangeLogSerializer().serialize(change, false))
					.results()
					.forEach((found) -> names.add(found.group(1)));
			}
			catch (RuntimeException ex) {
				// It cannot be written down, as those that name a missing file.
			}
		}
		return names;
	}

	/** Liquibase's checksum leaves out the way back, preconditions and transactions. */
	private static String digest(ChangeSet changeset) {
		try {
			return Digests.sha256Hex(summed(changeset));
		}
		catch (RuntimeException ex) {
			// A file of its is out of reach, as the reasons tell: that is all it is.
			return Digests.sha256Hex(ParsedChangelog.deepest(ex));
		}
	}

	private static String summed(ChangeSet changeset) {
		var text = new StringBuilder();
		text.append(changeset.generateCheckSum(ChecksumVersion.latest())).append(changeset.isRunInTransaction());
		changeset.getRollback().getChanges().forEach((change) -> text.append('\n').append(change.generateCheckSum()));
		var conditions = changeset.getPreconditions();
		if (conditions != null) {
			text.append('\n').append(new StringChangeLogSerializer().serialize(conditions, false));
		}
		return text.toString();
	}

	/** Effects that matter to others: a table created here has no users yet. */
	static List<Effect> onOldTables(List<Effect> effects) {
		var created = new HashSet<String>();
		var old = new ArrayList<Effect>();
		for (var effect : effects) {
			if (effect.kind() == Kind.CREATE_TABLE) {
				created.add(effect.on());
			}
			else if (!created.contains(effect.on())) {
				old.add(effect);
			}
		}
		return old;
	}

	private static String lock(List<Effect> effects) {
		return effects.stream()
			.filter((effect) -> !effect.lock().isEmpty())
			.min(Comparator.comparingInt(Inspector::weakness))
			.map(Inspector::describe)
			.orElse("none");
	}

	private static int weakness(Effect effect) {
		for (int i = 0; i < LOCKS.size(); i++) {
			if ((effect.lock() + " ").startsWith(LOCKS.get(i))) {
				return 2 * i + ((effect.rewrite() || effect.lock().contains("while")) ? 0 : 1);
			}
		}
		return 2 * LOCKS.size();
	}

	private static String describe(Effect effect) {
		var split = effect.lock().split("(?=,| while| on both)", 2);
		var on = (effect.on().isEmpty() || effect.lock().startsWith("unknown")) ? "" : " on " + effect.on();
		return split[0] + on + ((split.length > 1) ? split[1] : "");
	}

}
