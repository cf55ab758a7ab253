package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * On the way back a column or table that the change brought goes away, and with it what
 * people wrote into it since. That is kept, under the stash's name, until it is retired.
 */
final class Discards {

	private final Connection connection;

	private final Protection.StatementRunner runner;

	Discards(Connection connection, Protection.StatementRunner runner) {
		this.connection = connection;
		this.runner = runner;
	}

	void before(StatementText sql, String stash) throws SQLException {
		if (sql.startsWith("drop", "table")) {
			var cursor = sql.cursor();
			cursor.accept("drop", "table");
			cursor.accept("if", "exists");
			keep("backout.keep_table(to_regclass(%s), %s)", cursor.name().orElse(""), stash);
		}
		else if (sql.startsWith("alter", "table")) {
			var table = StatementKind.of(sql).object();
			var number = 0;
			for (var action : AlterAction.of(sql)) {
				if (action.kind() == AlterAction.Kind.DROP_COLUMN) {
					keep("backout.keep_column(to_regclass(%s), " + Protection.literal(action.column()) + ", %s)", table,
							stash + "." + ++number);
				}
			}
		}
	}

	private void keep(String call, String table, String stash) throws SQLException {
		try (var find = this.connection.prepareStatement("select to_regclass(?) is not null")) {
			find.setString(1, table);
			try (var rows = find.executeQuery()) {
				rows.next();
				if (!rows.getBoolean(1)) {
					return;
				}
			}
		}
		this.runner.run("select " + call.formatted(Protection.literal(table), Protection.literal(stash)));
	}

}
