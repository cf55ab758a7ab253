package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What the comments of the databases beside a target say of them: on the server itself,
 * so that it holds whatever becomes of us, and people read it in {@code \l+}.
 */
final class SwapMarks {

	private static final String RESTORED = "Backout: restored beside '%s' from backup %s, schema and rows compared";

	private static final Pattern IS_RESTORED = Pattern.compile(
			"Backout: restored beside '.*' from backup ([A-Za-z0-9_.-]+), schema and rows compared(?:; its exchange began (\\S+))?",
			Pattern.DOTALL);

	private static final Pattern IS_FORMER = Pattern
		.compile("Backout: replaced at (\\S+); nobody could connect for (\\d+) ms(?:; its exchange began (\\S+))?");

	private static final Pattern BEGAN = Pattern.compile("(.*); its exchange began (\\S+)", Pattern.DOTALL);

	private final Connection connection;

	/** On a session in the server's maintenance database. */
	SwapMarks(Connection connection) {
		this.connection = connection;
	}

	boolean exists(String database) throws SQLException {
		return ask("select '' from pg_catalog.pg_database where datname = ?", database).isPresent();
	}

	/** Whether anybody may connect to it. */
	boolean open(String database) throws SQLException {
		return ask("select datallowconn::text from pg_catalog.pg_database where datname = ?", database)
			.filter("true"::equals)
			.isPresent();
	}

	/** Says that it was restored, in the transaction that gives it its name. */
	void restored(String database, String target, String backup) throws SQLException {
		comment(database, RESTORED.formatted(target, backup));
	}

	/**
	 * The backup that it was restored from; only such a database may take the place of
	 * another.
	 */
	Optional<String> backupOf(String database) throws SQLException {
		var matcher = IS_RESTORED.matcher(text(database));
		return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
	}

	/** Whether it was replaced by an exchange of ours. */
	boolean isFormer(String database) throws SQLException {
		return IS_FORMER.matcher(text(database)).matches();
	}

	/** All databases that were replaced and are still there, with the time. */
	List<Former> formers() throws SQLException {
		var formers = new ArrayList<Former>();
		try (var find = this.connection.prepareStatement("""
				select d.datname, pg_catalog.shobj_description(d.oid, 'pg_database'),
					pg_catalog.pg_database_size(d.oid)
				from pg_catalog.pg_database d
				where pg_catalog.shobj_description(d.oid, 'pg_database') like 'Backout: replaced at %' order by 1""");
				var rows = find.executeQuery()) {
			while (rows.next()) {
				var matcher = IS_FORMER.matcher(rows.getString(2));
				if (matcher.matches()) {
					formers.add(new Former(rows.getString(1), Instant.parse(matcher.group(1)), rows.getLong(3)));
				}
			}
		}
		return formers;
	}

	/** How long nobody could connect when it was replaced; nothing once it is over. */
	Duration downtime(String former) throws SQLException {
		var matcher = IS_FORMER.matcher(text(former));
		return matcher.matches() ? Duration.ofMillis(Long.parseLong(matcher.group(2))) : Duration.ZERO;
	}

	/** Notes when its exchange began, the first time that it does. */
	void begin(String database) throws SQLException {
		if (!begun(database)) {
			comment(database, text(database) + "; its exchange began " + now());
		}
	}

	boolean begun(String database) throws SQLException {
		return BEGAN.matcher(text(database)).matches();
	}

	void giveUp(String database) throws SQLException {
		var matcher = BEGAN.matcher(text(database));
		if (matcher.matches()) {
			comment(database, matcher.group(1));
		}
	}

	/**
	 * In the transaction of the renames: what the replaced database is from now on.
	 * @param present name of the target's database, which came from beside
	 * @param comment that the target's database has, whichever it is
	 */
	Duration finish(String present, String former, @Nullable String comment) throws SQLException {
		var matcher = BEGAN.matcher(text(present));
		var now = now();
		var downtime = matcher.matches() ? Duration.between(Instant.parse(matcher.group(2)), now) : Duration.ZERO;
		var was = matcher.matches() && IS_RESTORED.matcher(text(present)).matches();
		// What is taken back again is a restored database as before.
		comment(former,
				was ? "Backout: replaced at %s; nobody could connect for %d ms".formatted(now, downtime.toMillis())
						: RESTORED.formatted(present, "taken-back"));
		comment(present, comment);
		return downtime;
	}

	/** The server's: ours may be another. */
	private Instant now() throws SQLException {
		try (var statement = this.connection.createStatement();
				var rows = statement.executeQuery("select clock_timestamp()")) {
			rows.next();
			return rows.getTimestamp(1).toInstant().truncatedTo(ChronoUnit.MILLIS);
		}
	}

	private String text(String database) throws SQLException {
		return ask("""
				select coalesce(pg_catalog.shobj_description(oid, 'pg_database'), '') from pg_catalog.pg_database
				where datname = ?""", database).orElse("");
	}

	private Optional<String> ask(String sql, String database) throws SQLException {
		try (var find = this.connection.prepareStatement(sql)) {
			find.setString(1, database);
			try (var rows = find.executeQuery()) {
				return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
			}
		}
	}

	private void comment(String database, @Nullable String text) throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute("comment on database %s is %s".formatted(Swap.quoted(database),
					(text != null) ? Swap.literal(text) : "null"));
		}
	}

}
