package dev.backout.check;

import dev.backout.database.ReadOnlyQuery;

import org.springframework.stereotype.Component;

/**
 * Asks a query of the business. Measured is how many rows it gives (each offends), or the
 * one value that it gives.
 */
@Component
class BusinessRuleProbe implements Probe {

	private static final int ROWS = 1000;

	@Override
	public boolean measures(CheckKind kind) {
		return kind == CheckKind.BUSINESS_RULE;
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		var sql = Parameters.text(check, "sql");
		var limit = check.parameters().path("rows").asInt(ROWS);
		var answer = ReadOnlyQuery.ask(subject.target(), sql, check.timeout(), limit, subject.leash());
		return Parameters.text(check, "measure").equals("value") ? value(answer, sql) : rows(answer, check, sql);
	}

	private static Measurement value(ReadOnlyQuery.Answer answer, String sql) {
		if (answer.columns().size() != 1 || answer.rows().size() > 1 || answer.more()) {
			throw new IllegalArgumentException(
					"The query must give one row of one column, but gave %d columns and %s rows".formatted(
							answer.columns().size(), answer.more() ? "many" : String.valueOf(answer.rows().size())));
		}
		var value = answer.single();
		if (value == null) {
			throw new Inconclusive("The query gave no value");
		}
		return new Measurement(value, "The value is " + value, java.util.List.of(), 0, sql);
	}

	private static Measurement rows(ReadOnlyQuery.Answer answer, Check check, String sql) {
		var shown = Parameters.texts(check, "show");
		var offending = answer.rows().stream().map((row) -> Measurement.masked(answer.columns(), row, shown)).toList();
		var found = Measurement.offending("offending rows", offending, sql);
		// Beyond the limit nobody counts: one more is enough to be over any bound up to
		// it.
		return answer.more() ? new Measurement(String.valueOf(offending.size() + 1),
				"More than %d offending rows".formatted(offending.size()), found.evidence(), found.more() + 1, sql)
				: found;
	}

}
