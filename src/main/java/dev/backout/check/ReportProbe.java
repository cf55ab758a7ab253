package dev.backout.check;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Target;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Compares the answer of a report query with a stored one, cell by cell; rows meet by
 * their key. Figures may differ by the tolerance of their column.
 */
@Component
class ReportProbe implements Probe {

	private static final int ROWS = 10_000;

	private static final String NULL = "NULL";

	private final Baselines baselines;

	ReportProbe(Baselines baselines) {
		this.baselines = baselines;
	}

	@Override
	public boolean measures(CheckKind kind) {
		return kind == CheckKind.REPORT;
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		var expected = byKey(check, expected(check, subject));
		var actual = byKey(check, cells(check, subject.target(), subject.leash()));
		var keys = new LinkedHashSet<>(expected.keySet());
		keys.addAll(actual.keySet());
		var offending = new ArrayList<Map<String, String>>();
		for (var key : keys) {
			compare(check, key, expected.get(key), actual.get(key), offending);
		}
		var found = Measurement.offending("cells that differ from the stored report", offending,
				Parameters.text(check, "sql"));
		return new Measurement(found.value(), "%s of %d rows".formatted(found.summary(), expected.size()),
				found.evidence(), found.more(), found.query());
	}

	private List<Map<String, String>> expected(Check check, Subject subject) {
		if (!check.parameters().hasNonNull("baseline")) {
			return Parameters.list(check.parameters().path("expected")).stream().map(ReportProbe::row).toList();
		}
		var name = subject.fill(Parameters.text(check, "baseline"));
		var report = subject.suite() + "/" + check.name();
		return this.baselines.find(subject.standsFor(), name)
			.map((baseline) -> baseline.reports().get(report))
			.orElseThrow(() -> new Inconclusive("No result of '%s' was recorded under '%s' for target '%s'"
				.formatted(report, name, subject.standsFor())));
	}

	/** The answer now: a map of column to text per row. */
	static List<Map<String, String>> cells(Check check, Target target, ReadOnlyQuery.Holder holder)
			throws SQLException {
		var limit = check.parameters().path("rows").asInt(ROWS);
		var answer = ReadOnlyQuery.ask(target, Parameters.text(check, "sql"), check.timeout(), limit, holder);
		if (answer.more()) {
			throw new Inconclusive("The report has more than %d rows; compare a summary".formatted(limit));
		}
		var rows = new ArrayList<Map<String, String>>();
		for (var values : answer.rows()) {
			var row = new LinkedHashMap<String, String>();
			for (int column = 0; column < answer.columns().size(); column++) {
				row.put(answer.columns().get(column), Objects.requireNonNullElse(values.get(column), NULL));
			}
			rows.add(row);
		}
		return rows;
	}

	private static Map<String, String> row(JsonNode node) {
		var row = new LinkedHashMap<String, String>();
		node.properties()
			.forEach((cell) -> row.put(cell.getKey(), cell.getValue().isNull() ? NULL : cell.getValue().isNumber()
					? cell.getValue().decimalValue().toPlainString() : cell.getValue().asText()));
		return row;
	}

	private static Map<List<String>, Map<String, String>> byKey(Check check, List<Map<String, String>> rows) {
		var columns = Parameters.texts(check, "key");
		var found = new LinkedHashMap<List<String>, Map<String, String>>();
		for (var row : rows) {
			var key = columns.stream().map((column) -> value(row, column)).toList();
			if (found.put(key, row) != null) {
				throw new IllegalArgumentException("The report has two rows for the key " + columns);
			}
		}
		return found;
	}

	private static String value(Map<String, String> row, String column) {
		var value = row.get(column);
		if (value == null) {
			throw new IllegalArgumentException(
					"The report has no column '%s'; it has %s".formatted(column, row.keySet()));
		}
		return value;
	}

	private static void compare(Check check, List<String> key, @Nullable Map<String, String> expected,
			@Nullable Map<String, String> actual, List<Map<String, String>> offending) {
		if (expected == null || actual == null) {
			offending.add(evidence(check, key, "*", (expected == null) ? "no row" : "a row",
					(actual == null) ? "no row" : "a row", true));
			return;
		}
		for (var column : expected.keySet()) {
			var now = value(actual, column);
			var then = value(expected, column);
			if (!same(then, now, check.parameters().path("tolerance").path(column))) {
				offending.add(evidence(check, key, column, then, now, false));
			}
		}
	}

	private static boolean same(String expected, String actual, JsonNode tolerance) {
		if (expected.equals(actual)) {
			return true;
		}
		try {
			var then = new BigDecimal(expected);
			var difference = then.subtract(new BigDecimal(actual)).abs();
			return difference.compareTo(allowed(then, tolerance)) <= 0;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

	private static BigDecimal allowed(BigDecimal expected, JsonNode tolerance) {
		if (tolerance.isTextual()) {
			return expected.abs().multiply(new BigDecimal(tolerance.asText().replace("%", ""))).movePointLeft(2);
		}
		return tolerance.isNumber() ? tolerance.decimalValue() : BigDecimal.ZERO;
	}

	private static Map<String, String> evidence(Check check, List<String> key, String column, String expected,
			String actual, boolean plain) {
		var shown = Parameters.texts(check, "show");
		var columns = Parameters.texts(check, "key");
		var row = new LinkedHashMap<String, String>(Measurement.masked(columns, new ArrayList<>(key), shown));
		row.put("column", column);
		row.putAll(Measurement.masked(List.of("expected", "now"), List.of(expected, actual),
				(plain || shown.contains(column)) ? List.of("expected", "now") : List.of()));
		return row;
	}

}
