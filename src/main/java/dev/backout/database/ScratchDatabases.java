package dev.backout.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

import dev.backout.kernel.Rejected;
import org.springframework.stereotype.Component;

/**
 * Throw-away databases beside a target. Each is guarded by a lock on a session of its
 * owner, so that one left behind by a killed process is known for sure and dropped by the
 * next that comes along.
 */
@Component
public class ScratchDatabases {

	/** Names of scratch databases start like this. */
	public static final String PREFIX = "backout_scratch_";

	/**
	 * Creates an empty database on the target's server, with the target's encoding and
	 * locale.
	 * @param purpose a word for its name: {@code verify}, {@code proof}
	 */
	public Scratch create(Target target, String purpose) {
		return create(target, purpose, "template template0 " + locale(target));
	}

	/**
	 * Creates a copy of a database that nobody is connected to; the target itself usually
	 * has sessions, a golden copy has none.
	 * @param source name of a database on the target's server
	 */
	public Scratch copy(Target target, String source, String purpose) {
		try {
			return create(target, purpose, "template " + quoted(source));
		}
		catch (Rejected ex) {
			throw ex.code().equals("target.create-database") && mayCreate(target) ? new Rejected("target.copy-database",
					"User '%1$s' of target '%2$s' may create databases but not copy '%3$s': alter database %3$s owner to %1$s, or name its owner"
						.formatted(target.user(), target.name(), source))
					: ex;
		}
	}

	private Scratch create(Target target, String purpose, String options) {
		var name = PREFIX + purpose.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_") + "_"
				+ Long.toString(System.currentTimeMillis(), 36) + Integer.toString(random(), 36);
		var keeper = keeper(target);
		try {
			sweep(keeper);
			Fence.tryTake(keeper, name).orElseThrow(() -> new IllegalStateException(name + " is taken"));
			try (var statement = keeper.createStatement()) {
				statement.execute("create database %s %s".formatted(quoted(name), options));
			}
			return new Scratch(target.at(name), keeper);
		}
		catch (SQLException ex) {
			close(keeper);
			if ("42501".equals(ex.getSQLState())) {
				throw new Rejected("target.create-database",
						"User '%s' of target '%s' may not create a scratch database: alter role %s createdb"
							.formatted(target.user(), target.name(), target.user()));
			}
			if ("25006".equals(ex.getSQLState())) {
				throw new Rejected("target.standby",
						"Database '%s' is a standby and takes no writes, so no scratch database can be made beside it; name its primary as the target"
							.formatted(target.database()));
			}
			throw new IllegalStateException("Scratch database '%s' could not be created".formatted(name), ex);
		}
		catch (RuntimeException ex) {
			close(keeper);
			throw ex;
		}
	}

	private static boolean mayCreate(Target target) {
		try (var connection = keeper(target);
				var statement = connection.createStatement();
				var rows = statement.executeQuery(
						"select rolcreatedb or rolsuper from pg_catalog.pg_roles where rolname = current_user")) {
			return rows.next() && rows.getBoolean(1);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Drops the scratch databases on the target's server whose owner is gone.
	 * @return their names
	 */
	public List<String> sweep(Target target) {
		var keeper = keeper(target);
		try {
			return sweep(keeper);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Scratch databases of '%s' could not be looked at".formatted(target.name()),
					ex);
		}
		finally {
			close(keeper);
		}
	}

	private static List<String> sweep(Connection keeper) throws SQLException {
		var dropped = new ArrayList<String>();
		try (var statement = keeper.createStatement()) {
			for (var name : existing(statement)) {
				var fence = Fence.tryTake(keeper, name);
				if (fence.isPresent()) {
					statement.execute("drop database if exists %s with (force)".formatted(quoted(name)));
					dropped.add(name);
					fence.get().close();
				}
			}
		}
		return dropped;
	}

	private static List<String> existing(Statement statement) throws SQLException {
		var names = new ArrayList<String>();
		try (var rows = statement.executeQuery("""
				select datname from pg_catalog.pg_database
				where datname like 'backout\\_scratch\\_%' and pg_catalog.pg_has_role(datdba, 'member')
				order by 1""")) {
			while (rows.next()) {
				names.add(rows.getString(1));
			}
		}
		return names;
	}

	/** Lives in the maintenance database: locks are per database. */
	private static Connection keeper(Target target) {
		return target.at("postgres").open("scratch");
	}

	private static String locale(Target target) {
		try (var connection = keeper(target);
				var find = connection.prepareStatement(
						"""
								select pg_catalog.format('encoding %L lc_collate %L lc_ctype %L',
										pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype),
									to_jsonb(d) ->> 'datlocprovider', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
								from pg_catalog.pg_database d where datname = ?""")) {
			find.setString(1, target.database());
			try (var rows = find.executeQuery()) {
				rows.next();
				return rows.getString(1) + provider(rows.getString(2), rows.getString(3));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The locale of '%s' cannot be read".formatted(target.name()), ex);
		}
	}

	private static String provider(String code, String locale) {
		return switch (code) {
			case "i" -> " locale_provider icu icu_locale '%s'".formatted(locale.replace("'", "''"));
			case "b" -> " locale_provider builtin builtin_locale '%s'".formatted(locale.replace("'", "''"));
			default -> "";
		};
	}

	private static int random() {
		return ThreadLocalRandom.current().nextInt(1 << 20);
	}

	private static void close(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			// Gone already, and its locks with it.
		}
	}

	static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/** One scratch database; closing it drops it. */
	public static final class Scratch implements AutoCloseable {

		private final Target target;

		private final Connection keeper;

		private boolean kept;

		Scratch(Target target, Connection keeper) {
			this.target = target;
			this.keeper = keeper;
		}

		/** Its address; {@code target().open()} gives a session in it. */
		public Target target() {
			return this.target;
		}

		/** Lets it live on: somebody has given it another name. */
		public void keep() {
			this.kept = true;
		}

		/** Drops it, ending whatever sessions it has; a second call does nothing. */
		@Override
		public void close() {
			try {
				if (!this.kept && !this.keeper.isClosed()) {
					try (var statement = this.keeper.createStatement()) {
						statement.execute(
								"drop database if exists %s with (force)".formatted(quoted(this.target.database())));
					}
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException("Scratch database '%s' could not be dropped; the next sweep does it"
					.formatted(this.target.database()), ex);
			}
			finally {
				ScratchDatabases.close(this.keeper);
			}
		}

	}

}
