package dev.backout.check;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.kernel.Rejected;

import org.springframework.stereotype.Component;

/** Reads the state of a target: whatever the checks of known suites will compare. */
@Component
class BaselineReader {

	private static final Duration PATIENCE = Duration.ofMinutes(30);

	private final Suites suites;

	BaselineReader(Suites suites) {
		this.suites = suites;
	}

	/**
	 * Reads it, schema and rows as of one moment.
	 * @throws Rejected {@code check.baseline} with what the server says
	 */
	Baseline read(Target target, String name, Instant now) {
		try (var leash = Leash.of(PATIENCE);
				var inspection = Inspection.reading(new Subject("", target, target.name(), null, leash), PATIENCE)) {
			var schema = SchemaFingerprint.of(inspection.connection(), Scope.APPLICATION);
			var tables = new TreeMap<>(DataFingerprint.of(inspection.connection(), Scope.APPLICATION).tables());
			for (var part : parts()) {
				if (tables.containsKey(part.table())) {
					part.vet(target, PATIENCE);
					tables.put(part.key(), TableFingerprint.of(inspection.connection(), part.table(), part.where()));
				}
			}
			return new Baseline(target.name(), name, now, schema, tables, reports(target));
		}
		catch (SQLException ex) {
			throw new Rejected("check.baseline",
					"The state of '%s' cannot be recorded: %s".formatted(target.name(), ReadOnlyQuery.reason(ex)));
		}
	}

	/** The parts of tables that content checks will ask for. */
	private List<ContentPart> parts() {
		return this.suites.all()
			.stream()
			.flatMap((suite) -> suite.checks().stream())
			.filter((check) -> check.kind() == CheckKind.CONTENT_DIGESTS)
			.flatMap((check) -> ContentPart.of(check).stream())
			.filter((part) -> !part.where().isEmpty())
			.distinct()
			.toList();
	}

	/** A report that this target cannot answer belongs to another one. */
	private Map<String, List<Map<String, String>>> reports(Target target) {
		var answers = new LinkedHashMap<String, List<Map<String, String>>>();
		for (var suite : this.suites.all()) {
			for (var check : suite.checks()) {
				if (check.kind() == CheckKind.REPORT && check.parameters().hasNonNull("baseline")) {
					try {
						answers.put(suite.name() + "/" + check.name(),
								ReportProbe.cells(check, target, ReadOnlyQuery.Holder.NONE));
					}
					catch (SQLException | Inconclusive | Rejected ex) {
						continue;
					}
				}
			}
		}
		return answers;
	}

}
