package dev.backout.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;

/**
 * A managed database in one environment.
 *
 * @param name what playbooks call it, for example {@code shop}
 * @param url JDBC address, {@code jdbc:postgresql://host:port/database}
 * @param user who we are there; needs no more than the work asks for
 * @param password by reference
 */
public record Target(String name, String url, String user, Secret password) {

	/** Sessions whose application name starts with this are ours. */
	public static final String APPLICATION = "backout";

	private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/]+/)([^?]+)(\\?.*)?");

	private static final int CONNECT_SECONDS = 10;

	public Target {
		Checks.check(name.matches("[a-z][a-z0-9_-]{0,40}"),
				() -> "A target's name is lower-case letters, digits, '-' and '_', was '%s'".formatted(name));
		var address = url;
		Checks.check(URL.matcher(url).matches(),
				() -> "Target '%s' needs an address such as jdbc:postgresql://host:5432/shop, was '%s'".formatted(name,
						address));
	}

	/** Name of the database on its server. */
	public String database() {
		return parts().group(2);
	}

	/** The same server and user, another database on it. */
	public Target at(String database) {
		var parts = parts();
		var options = (parts.group(3) != null) ? parts.group(3) : "";
		return new Target(this.name, parts.group(1) + database + options, this.user, this.password);
	}

	/**
	 * Opens a session of our own: not pooled, in auto-commit, able to write even while
	 * the target is frozen, with a lock time-out of 2 s and a server that notices when we
	 * are gone. The caller closes it.
	 * @throws Rejected with a sentence and the mend when the database cannot be reached
	 */
	public Connection open() {
		return open("");
	}

	/**
	 * Like {@link #open()}, with a word that others see in {@code pg_stat_activity}.
	 * @param purpose for example {@code migration}
	 */
	public Connection open(String purpose) {
		var properties = new Properties();
		properties.setProperty("user", this.user);
		properties.setProperty("password", this.password.value());
		properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
		properties.setProperty("loginTimeout", String.valueOf(2 * CONNECT_SECONDS));
		properties.setProperty("tcpKeepAlive", "true");
		properties.setProperty("ApplicationName", purpose.isEmpty() ? APPLICATION : APPLICATION + "/" + purpose);
		try {
			var connection = DriverManager.getConnection(this.url, properties);
			settle(connection);
			return connection;
		}
		catch (SQLException ex) {
			throw Unreachable.because(this, ex);
		}
	}

	/** Set once connected, in auto-commit: a later rollback does not undo it. */
	private static void settle(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("""
					set default_transaction_read_only = off;
					set lock_timeout = '2s';
					set tcp_keepalives_idle = 30;
					set tcp_keepalives_interval = 10;
					set tcp_keepalives_count = 3""");
			try {
				statement.execute("set client_connection_check_interval = '1s'");
			}
			catch (SQLException ex) {
				// The server's platform cannot; its keepalives have to do.
			}
		}
	}

	private Matcher parts() {
		var parts = URL.matcher(this.url);
		Checks.check(parts.matches(), () -> this.url);
		return parts;
	}

}
