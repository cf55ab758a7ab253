package dev.backout.check;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.SchemaRecord;
import dev.backout.fingerprint.Scope;
import dev.backout.fingerprint.TableFingerprint;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** Compares a target with a recorded state: its schema, its rows, their content. */
@Component
class BaselineProbe implements Probe {

	private final Baselines baselines;

	BaselineProbe(Baselines baselines) {
		this.baselines = baselines;
	}

	@Override
	public boolean measures(CheckKind kind) {
		return kind == CheckKind.SCHEMA_DRIFT || kind == CheckKind.ROW_COUNTS || kind == CheckKind.CONTENT_DIGESTS;
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		return switch (check.kind()) {
			case SCHEMA_DRIFT -> drift(check, subject);
			case ROW_COUNTS -> rows(check, subject);
			default -> contents(check, subject);
		};
	}

	private Measurement drift(Check check, Subject subject) throws Exception {
		return check.parameters().hasNonNull("baseline") ? driftFrom(baseline(check, subject), check, subject)
				: driftFromChangelog(check, subject);
	}

	private Measurement driftFrom(Baseline baseline, Check check, Subject subject) throws Exception {
		var cosmetic = check.parameters().path("cosmetic").asBoolean(false);
		var ignored = Parameters.texts(check, "ignore");
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			var now = SchemaFingerprint.of(inspection.connection(), Scope.APPLICATION);
			return differences(lines(baseline.schema(), now, cosmetic, ignored),
					lines(now, baseline.schema(), cosmetic, ignored), "'%s'".formatted(baseline.name()));
		}
	}

	/** What was written down in the target when its changelog was at work. */
	private Measurement driftFromChangelog(Check check, Subject subject) throws Exception {
		var ignored = Parameters.texts(check, "ignore");
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			var drift = SchemaRecord.drift(inspection.connection())
				.orElseThrow(() -> new Inconclusive(
						"What the changelog made of target '%s' is not known: Backout did not bring it to this state; name a baseline"
							.formatted(subject.standsFor())));
			return differences(
					kept(Stream.concat(drift.earlier().missing().stream(), drift.later().missing().stream()), ignored),
					kept(Stream.concat(drift.earlier().added().stream(), drift.later().added().stream()), ignored),
					"that its changelog made, %s"
						.formatted(drift.fromStart() ? "since the first changeset" : "since " + drift.recordedAt()));
		}
	}

	private static List<SchemaLine> kept(Stream<SchemaLine> lines, List<String> ignored) {
		return lines.filter((line) -> !ignored.contains(name(line))).toList();
	}

	private static Measurement differences(List<SchemaLine> missing, List<SchemaLine> added, String from) {
		var offending = new ArrayList<Map<String, String>>();
		missing.forEach((line) -> offending
			.add(Measurement.row("object", name(line), "recorded", line.detail(), "now", "missing or different")));
		added.forEach((line) -> offending
			.add(Measurement.row("object", name(line), "recorded", "missing or different", "now", line.detail())));
		var found = Measurement.offending("differences from the recorded schema", offending, null);
		return new Measurement(found.value(), "%s %s".formatted(found.summary(), from), found.evidence(), found.more(),
				null);
	}

	private static List<SchemaLine> lines(SchemaFingerprint of, SchemaFingerprint without, boolean cosmetic,
			List<String> ignored) {
		return of.lines()
			.stream()
			.filter((line) -> cosmetic || !line.cosmetic())
			.filter((line) -> !without.lines().contains(line) && !ignored.contains(name(line)))
			.toList();
	}

	private static String name(SchemaLine line) {
		return line.kind() + " " + line.object();
	}

	private Measurement rows(Check check, Subject subject) throws Exception {
		var bounds = bounds(check, subject);
		var offending = new ArrayList<Map<String, String>>();
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			for (var bound : bounds.entrySet()) {
				var rows = count(inspection, bound.getKey());
				if (rows == null || !bound.getValue().accepts(rows.toString())) {
					offending.add(Measurement.row("table", bound.getKey(), "rows",
							(rows != null) ? rows.toString() : "no such table", "expected",
							bound.getValue().toString()));
				}
			}
		}
		var found = Measurement.offending("tables outside their bounds", offending, null);
		return new Measurement(found.value(), "%s of %d".formatted(found.summary(), bounds.size()), found.evidence(),
				found.more(), null);
	}

	/** Bounds that the check names come on top of those of a recorded state. */
	private Map<String, Minimum> bounds(Check check, Subject subject) {
		var bounds = new TreeMap<String, Minimum>();
		if (check.parameters().hasNonNull("baseline")) {
			var fewer = check.parameters().path("fewer").asLong(0);
			var more = check.parameters().path("more").asLong(0);
			baseline(check, subject).tables().forEach((table, state) -> {
				if (!table.contains(" where ")) {
					bounds.put(table, between(state.rows() - fewer, state.rows() + more));
				}
			});
		}
		check.parameters().path("tables").properties().forEach((entry) -> {
			var bound = entry.getValue();
			bounds.put(entry.getKey(), new Minimum(bound.has("least") ? bound.get("least").decimalValue() : null,
					bound.has("most") ? bound.get("most").decimalValue() : null, null));
		});
		return bounds;
	}

	private static Minimum between(long least, long most) {
		return new Minimum(new java.math.BigDecimal(Math.max(0, least)), new java.math.BigDecimal(most), null);
	}

	private static @Nullable BigInteger count(Inspection inspection, String table) throws Exception {
		var name = quoted(inspection, table);
		return (name != null)
				? new BigInteger(
						inspection.list("select count(*) as rows from " + name).get(0).getOrDefault("rows", "0"))
				: null;
	}

	/**
	 * The table as the server writes it, with all its partitions but without those that
	 * inherit; {@code null} if it is not there.
	 */
	private static @Nullable String quoted(Inspection inspection, String table) throws Exception {
		try (var find = inspection.connection().prepareStatement("""
				select case when c.relkind = 'p' then '' else 'only ' end
					|| pg_catalog.format('%I.%I', n.nspname, c.relname)
				from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind in ('r', 'p') and (pg_catalog.format('%I.%I', n.nspname, c.relname) = ?
					or n.nspname || '.' || c.relname = ?)""")) {
			find.setString(1, table);
			find.setString(2, table);
			try (var found = find.executeQuery()) {
				return found.next() ? found.getString(1) : null;
			}
		}
	}

	private Measurement contents(Check check, Subject subject) throws Exception {
		var baseline = baseline(check, subject);
		var parts = ContentPart.of(check);
		if (parts.isEmpty()) {
			parts = baseline.tables()
				.keySet()
				.stream()
				.filter((table) -> !table.contains(" where "))
				.sorted()
				.map((table) -> new ContentPart(table, ""))
				.toList();
		}
		var offending = new ArrayList<Map<String, String>>();
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			for (var part : parts) {
				var before = baseline.tables().get(part.key());
				if (before == null) {
					throw new Inconclusive("'%s' is not in the recorded state '%s'; record it again"
						.formatted(part.key(), baseline.name()));
				}
				part.vet(subject.target(), check.timeout());
				compare(part, before, inspection, offending);
			}
		}
		var found = Measurement.offending("tables whose content differs", offending, null);
		return new Measurement(found.value(),
				"%s of %d from '%s'".formatted(found.summary(), parts.size(), baseline.name()), found.evidence(),
				found.more(), null);
	}

	private static void compare(ContentPart part, TableFingerprint before, Inspection inspection,
			List<Map<String, String>> offending) throws Exception {
		if (quoted(inspection, part.table()) == null) {
			offending.add(Measurement.row("table", part.key(), "recorded", before.toString(), "now", "no such table"));
			return;
		}
		var now = TableFingerprint.of(inspection.connection(), part.table(), part.where());
		if (!now.equals(before)) {
			offending.add(Measurement.row("table", part.key(), "recorded", before.toString(), "now", now.toString()));
		}
	}

	private Baseline baseline(Check check, Subject subject) {
		var name = subject.fill(Parameters.text(check, "baseline"));
		return this.baselines.find(subject.standsFor(), name)
			.orElseThrow(
					() -> new Inconclusive("No state '%s' of target '%s' was recorded; record it before the release"
						.formatted(name, subject.standsFor())));
	}

}
