package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Values for rows that were inserted while a column was gone, as expressions by
 * {@code table.column}, put into the calls that bring columns back.
 */
final class NewRows {

	private static final Pattern CALL = Pattern
		.compile("select backout\\.(unhide_or_restore|unhide_column|restore_column)\\(( ?E?'(?:[^']|'')*')\\)");

	private final LiquibaseSession session;

	private final Map<String, String> expressions;

	NewRows(LiquibaseSession session, Map<String, String> expressions) {
		this.session = session;
		this.expressions = expressions;
	}

	List<String> in(List<String> statements) throws SQLException {
		if (this.expressions.isEmpty()) {
			return statements;
		}
		var filled = new ArrayList<String>();
		for (var statement : statements) {
			filled.add(in(statement));
		}
		return filled;
	}

	private String in(String statement) throws SQLException {
		var call = CALL.matcher(statement);
		if (!call.matches()) {
			return statement;
		}
		try (var find = this.session.connection.createStatement();
				var rows = find.executeQuery(
						"select rel, meta ->> 'column' from backout.stash where stash_id = " + call.group(2))) {
			if (!rows.next()) {
				return statement;
			}
			var qualified = rows.getString(1) + "." + rows.getString(2);
			var plain = qualified.substring(qualified.indexOf('.') + 1);
			var expression = this.expressions.getOrDefault(qualified, this.expressions.get(plain));
			return (expression == null) ? statement : "select backout.%s(%s, %s)".formatted(call.group(1),
					call.group(2), Protection.literal(expression));
		}
	}

}
