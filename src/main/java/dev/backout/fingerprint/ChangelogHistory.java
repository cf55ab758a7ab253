package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

import dev.backout.kernel.Digests;
import org.jspecify.annotations.Nullable;

/**
 * How far Liquibase was in a database.
 *
 * @param changesets how many are deployed
 * @param last id of the latest
 * @param digest over ids, authors, files, checksums in order of execution
 */
public record ChangelogHistory(long changesets, @Nullable String last, String digest) {

	/** In the caller's transaction; empty where Liquibase never was. */
	public static Optional<ChangelogHistory> of(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			String table;
			try (var rows = statement.executeQuery("""
					select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
					join pg_catalog.pg_namespace n on n.oid = c.relnamespace
					where c.relname = 'databasechangelog' and c.relkind = 'r'
					order by n.nspname = 'public' desc, 1 limit 1""")) {
				if (!rows.next()) {
					return Optional.empty();
				}
				table = rows.getString(1);
			}
			var changesets = new ArrayList<String>();
			String last = null;
			try (var rows = statement
				.executeQuery("select concat_ws('|', id, author, filename, md5sum, exectype), id from " + table
						+ " order by orderexecuted, id, author")) {
				while (rows.next()) {
					changesets.add(rows.getString(1));
					last = rows.getString(2);
				}
			}
			return Optional
				.of(new ChangelogHistory(changesets.size(), last, Digests.sha256Hex(String.join("\n", changesets))));
		}
	}

}
