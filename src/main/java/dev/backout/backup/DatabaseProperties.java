package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.backout.backup.Manifest.DatabaseSettings;
import dev.backout.backup.Manifest.DatabaseSettings.Setting;

/** Owner, grants, defaults, limit and comment: what a new database does not have. */
final class DatabaseProperties {

	private DatabaseProperties() {
	}

	/** Of the database that the connection is in. */
	static DatabaseSettings read(Connection connection) throws SQLException {
		return read(connection, connection.getCatalog());
	}

	/** Of any database on the server of the connection. */
	static DatabaseSettings read(Connection connection, String database) throws SQLException {
		try (var find = connection.prepareStatement("""
				select pg_catalog.pg_get_userbyid(datdba), datconnlimit, datacl::text[],
					pg_catalog.shobj_description(oid, 'pg_database')
				from pg_catalog.pg_database where datname = ?""")) {
			find.setString(1, database);
			try (var rows = find.executeQuery()) {
				if (!rows.next()) {
					throw new IllegalArgumentException("There is no database '%s'".formatted(database));
				}
				var grants = rows.getArray(3);
				return new DatabaseSettings(rows.getString(1), rows.getInt(2),
						(grants != null) ? Arrays.stream((String[]) grants.getArray()).sorted().toList() : null,
						settings(connection, database), rows.getString(4));
			}
		}
	}

	private static List<Setting> settings(Connection connection, String database) throws SQLException {
		var settings = new ArrayList<Setting>();
		try (var find = connection.prepareStatement("""
				select case setrole when 0 then '' else pg_catalog.pg_get_userbyid(setrole) end,
					split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
				from pg_catalog.pg_db_role_setting, unnest(setconfig) c
				where setdatabase = (select oid from pg_catalog.pg_database where datname = ?)
				order by 1, 2""")) {
			find.setString(1, database);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					settings.add(new Setting(rows.getString(1), rows.getString(2), rows.getString(3)));
				}
			}
		}
		return settings;
	}

}
