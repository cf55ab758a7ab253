package dev.backout.migration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.migration.ReleaseProof.Proven;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Proofs as they are kept in our own database. */
@Component
class ProofRecords {

	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Clock clock;

	ProofRecords(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
	}

	Instant now() {
		return this.clock.instant();
	}

	private OffsetDateTime stamp() {
		return now().atOffset(ZoneOffset.UTC);
	}

	/**
	 * Refused while another proof of the release is under way, wherever it runs.
	 */
	long begin(String release, String target, String by) {
		var id = this.transaction.execute((status) -> {
			this.jdbc.sql("select pg_advisory_xact_lock(hashtextextended('backout.proof ' || ?, 0))")
				.param(release)
				.query((rows, number) -> 0)
				.list();
			newest(release).filter((proof) -> proof.underWay(now())).ifPresent((proof) -> {
				throw new Rejected("proof.under-way", "Release '%s' is being proven already: %d of %d changesets"
					.formatted(release, proof.done(), proof.total()));
			});
			return this.jdbc.sql("""
					insert into backout.proof (release, target, started_by, started_at, beat_at)
					values (?, ?, ?, ?, ?) returning id""")
				.params(release, target, by, stamp(), stamp())
				.query(Long.class)
				.single();
		});
		return java.util.Objects.requireNonNull(id);
	}

	void beat(long id, int done, int total) {
		this.jdbc.sql("update backout.proof set beat_at = ?, done = ?, total = ? where id = ?")
			.params(stamp(), done, total, id)
			.update();
	}

	void rowsOf(long id, String backup, Instant takenAt) {
		this.jdbc.sql("update backout.proof set backup = ?, data_at = ? where id = ?")
			.params(backup, takenAt.atOffset(ZoneOffset.UTC), id)
			.update();
	}

	/**
	 * @param texts what each stands on: the digest of its changelog up to and with it
	 */
	void finished(long id, List<Proven> changesets, Map<Proven, String> texts, @Nullable String note) {
		this.transaction.executeWithoutResult((status) -> {
			for (var i = 0; i < changesets.size(); i++) {
				var proven = changesets.get(i);
				this.jdbc.sql("""
						insert into backout.proof_changeset (proof, place, component, text_digest, result)
						values (?, ?, ?, ?, ?)""")
					.params(id, i + 1, proven.component(), texts.getOrDefault(proven, ""), written(proven.verdict()))
					.update();
			}
			this.jdbc.sql(
					"update backout.proof set finished_at = ?, beat_at = ?, done = ?, total = ?, note = ? where id = ?")
				.params(stamp(), stamp(), changesets.size(), changesets.size(), note, id)
				.update();
			var proof = find(id).orElseThrow();
			var outcomes = new HashMap<String, String>(
					Map.of("proof", String.valueOf(id), "target", proof.target(), "data", proof.data()));
			changesets.forEach((proven) -> outcomes.merge(String.valueOf(proven.outcome()), "1",
					(one, more) -> String.valueOf(Integer.parseInt(one) + 1)));
			this.ledger.append(Deed.of("migration.proven", proof.by(), proof.release(), outcomes));
		});
	}

	void failed(long id, String why) {
		this.jdbc.sql("update backout.proof set finished_at = ?, failure = ? where id = ?")
			.params(stamp(), why, id)
			.update();
	}

	/** Whatever became of it. */
	Optional<ReleaseProof> newest(String release) {
		return this.jdbc.sql("select * from backout.proof where release = ? order by id desc limit 1")
			.param(release)
			.query((rows, number) -> proof(rows))
			.optional();
	}

	/** With a result. */
	Optional<ReleaseProof> standing(String release) {
		return this.jdbc.sql("""
				select * from backout.proof where release = ? and finished_at is not null and failure is null
				order by id desc limit 1""").param(release).query((rows, number) -> proof(rows)).optional();
	}

	private Optional<ReleaseProof> find(long id) {
		return this.jdbc.sql("select * from backout.proof where id = ?")
			.param(id)
			.query((rows, number) -> proof(rows))
			.optional();
	}

	/** Its changesets, each with what it stood on. */
	List<Kept> changesets(long id) {
		return this.jdbc
			.sql("select component, text_digest, result from backout.proof_changeset where proof = ? order by place")
			.param(id)
			.query((rows, number) -> new Kept(rows.getString(1), rows.getString(2), read(rows.getString(3))))
			.list();
	}

	private static ReleaseProof proof(ResultSet rows) throws SQLException {
		return new ReleaseProof(rows.getLong("id"), rows.getString("release"), rows.getString("target"),
				rows.getString("started_by"), instant(rows, "started_at").orElseThrow(),
				instant(rows, "beat_at").orElseThrow(), rows.getInt("done"), rows.getInt("total"),
				instant(rows, "finished_at").orElse(null), rows.getString("failure"), rows.getString("backup"),
				instant(rows, "data_at").orElse(null), rows.getString("note"), List.of());
	}

	private static Optional<Instant> instant(ResultSet rows, String column) throws SQLException {
		return Optional.ofNullable(rows.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
	}

	private static String written(ChangesetVerdict verdict) {
		try {
			return JSON.writeValueAsString(verdict);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static ChangesetVerdict read(String json) {
		try {
			return JSON.readValue(json, ChangesetVerdict.class);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException("A proof cannot be read back", ex);
		}
	}

	/** A changeset's verdict, and the text that it is about. */
	record Kept(String component, String text, ChangesetVerdict verdict) {
	}

}
