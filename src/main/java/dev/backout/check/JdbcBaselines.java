package dev.backout.check;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.backout.database.Targets;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps recorded states in our database. */
@Component
class JdbcBaselines implements Baselines {

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final Targets targets;

	private final BaselineReader reader;

	private final Editions editions;

	private final Recorder recorder;

	JdbcBaselines(JdbcClient jdbc, TransactionTemplate transactions, Targets targets, BaselineReader reader,
			Editions editions, Recorder recorder) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.targets = targets;
		this.reader = reader;
		this.editions = editions;
		this.recorder = recorder;
	}

	@Override
	public Baseline record(String target, String name, String actor) {
		var baseline = this.reader.read(this.targets.named(target), name, this.recorder.now());
		var suites = this.editions.current();
		this.transactions.executeWithoutResult((status) -> {
			this.jdbc
				.sql("""
						insert into backout.check_baseline
							(target, name, recorded_at, recorded_by, schema_lines, tables, reports, suites)
						values (:target, :name, :at, :actor, :schema::jsonb, :tables::jsonb, :reports::jsonb, :suites::jsonb)
						on conflict (target, name) do update set recorded_at = excluded.recorded_at,
							recorded_by = excluded.recorded_by, schema_lines = excluded.schema_lines,
							tables = excluded.tables, reports = excluded.reports, suites = excluded.suites""")
				.param("target", target)
				.param("name", name)
				.param("at", Json.time(baseline.recordedAt()))
				.param("actor", actor)
				.param("schema", Json.write(baseline.schema().lines()))
				.param("tables", Json.write(texts(baseline.tables())))
				.param("reports", Json.write(baseline.reports()))
				.param("suites", Json.write(suites))
				.update();
			this.recorder.deed("check.baseline-recorded", actor, target,
					Map.of("target", target, "baseline", name, "tables", String.valueOf(baseline.tables().size())),
					baseline.schema().digest());
		});
		return baseline;
	}

	@Override
	public Optional<Baseline> find(String target, String name) {
		return this.jdbc.sql("""
				select recorded_at, schema_lines::text, tables::text, reports::text from backout.check_baseline
				where target = :target and name = :name""")
			.param("target", target)
			.param("name", name)
			.query((row, number) -> new Baseline(target, name, row.getTimestamp(1).toInstant(),
					SchemaFingerprint.of(Json.read(row.getString(2), new TypeReference<List<SchemaLine>>() {
					})), fingerprints(Json.read(row.getString(3), new TypeReference<Map<String, String>>() {
					})), Json.read(row.getString(4), new TypeReference<Map<String, List<Map<String, String>>>>() {
					})))
			.optional();
	}

	static Map<String, String> texts(Map<String, TableFingerprint> tables) {
		var texts = new TreeMap<String, String>();
		tables.forEach((table, fingerprint) -> texts.put(table, fingerprint.toString()));
		return texts;
	}

	static Map<String, TableFingerprint> fingerprints(Map<String, String> texts) {
		var tables = new TreeMap<String, TableFingerprint>();
		texts.forEach((table, text) -> tables.put(table, TableFingerprint.parse(text)));
		return tables;
	}

	/** The clock and the ledger, as one thing to hand over. */
	@Component
	static class Recorder {

		private final Ledger ledger;

		private final Clock clock;

		Recorder(Ledger ledger, Clock clock) {
			this.ledger = ledger;
			this.clock = clock;
		}

		java.time.Instant now() {
			return this.clock.instant();
		}

		void deed(String kind, String actor, String subject, Map<String, String> parameters, String after) {
			this.ledger.append(new Deed(kind, actor, subject, parameters, null, after));
		}

	}

}
