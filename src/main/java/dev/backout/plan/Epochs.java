package dev.backout.plan;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.catalog.Release;
import dev.backout.database.Targets;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Digests;
import dev.backout.ledger.Deed;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The cuts that rollbacks return to. */
@Component
public class Epochs {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Targets targets;

	private final Witnesses witnesses;

	private final ObjectMapper json;

	Epochs(JdbcClient jdbc, TransactionTemplate transaction, Targets targets, Witnesses witnesses, ObjectMapper json) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.targets = targets;
		this.witnesses = witnesses;
		this.json = json;
	}

	/** Name of the cut before a release. */
	public static String before(String release) {
		return "before-" + release;
	}

	/**
	 * Records what the release's target is now, before its deployment; an earlier record
	 * of the same name stays.
	 * @param actor id of the person, or {@code system}
	 */
	public Epoch record(Release release, String actor) {
		return find(release.target(), before(release.id())).orElseGet(() -> keep(look(release), actor));
	}

	/** The cut of this name. */
	public Optional<Epoch> find(String target, String name) {
		return this.jdbc.sql("select * from backout.epoch where target = :target and name = :name")
			.param("target", target)
			.param("name", name)
			.query((row, number) -> epoch(row))
			.optional();
	}

	/** What the release's target is now; keeps nothing. */
	public Epoch look(Release release) {
		try (var connection = this.targets.named(release.target()).open("epoch")) {
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setReadOnly(true);
			var fingerprint = Fingerprint.of(connection, Scope.APPLICATION);
			var head = this.witnesses.ledger().head();
			var epoch = new Epoch(before(release.id()), release.target(), release.id(), this.witnesses.now(),
					fingerprint.schema().digest(), fingerprint.data().digest(), fingerprint.data().rows(),
					changelogDigest(connection), this.witnesses.flags(release), head.size(), head.root());
			connection.rollback();
			return epoch;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Target '%s' broke off".formatted(release.target()), ex);
		}
	}

	private static String changelogDigest(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			return Digests.sha256Hex(hasHistory(statement) ? history(statement) : "");
		}
	}

	private static boolean hasHistory(Statement statement) throws SQLException {
		try (var rows = statement.executeQuery("select to_regclass('databasechangelog') is not null")) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

	private static String history(Statement statement) throws SQLException {
		var text = new StringBuilder();
		try (var rows = statement.executeQuery("""
				select concat_ws(e'\\t', orderexecuted, filename, id, author, md5sum, exectype)
				from databasechangelog order by orderexecuted, filename, id""")) {
			while (rows.next()) {
				text.append(rows.getString(1)).append('\n');
			}
		}
		return text.toString();
	}

	private Epoch keep(Epoch epoch, String actor) {
		return this.transaction.execute((status) -> {
			this.jdbc
				.sql("""
						insert into backout.epoch (name, target, release, taken_at, schema_digest, data_digest, row_count,
							changelog_digest, flags, ledger_size, ledger_root)
						values (:name, :target, :release, :takenAt, :schema, :data, :rows, :changelog, :flags, :size, :root)""")
				.param("name", epoch.name())
				.param("target", epoch.target())
				.param("release", epoch.release())
				.param("takenAt", epoch.takenAt().atOffset(ZoneOffset.UTC))
				.param("schema", epoch.schemaDigest())
				.param("data", epoch.dataDigest())
				.param("rows", epoch.rows())
				.param("changelog", epoch.changelogDigest())
				.param("flags", write(epoch.flags()))
				.param("size", epoch.ledgerSize())
				.param("root", epoch.ledgerRoot())
				.update();
			this.witnesses.append(
					new Deed("epoch.recorded", actor, epoch.target(),
							Map.of("name", epoch.name(), "rows", String.valueOf(epoch.rows()), "schema",
									epoch.schemaDigest(), "changelog", epoch.changelogDigest()),
							null, epoch.dataDigest()));
			return epoch;
		});
	}

	private Epoch epoch(ResultSet row) throws SQLException {
		return new Epoch(row.getString("name"), row.getString("target"), row.getString("release"),
				row.getTimestamp("taken_at").toInstant(), row.getString("schema_digest"), row.getString("data_digest"),
				row.getLong("row_count"), row.getString("changelog_digest"), read(row.getString("flags")),
				row.getLong("ledger_size"), row.getString("ledger_root"));
	}

	private String write(SortedMap<String, Boolean> flags) {
		try {
			return this.json.writeValueAsString(flags);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private SortedMap<String, Boolean> read(String flags) {
		try {
			return this.json.readValue(flags, new TypeReference<TreeMap<String, Boolean>>() {
			});
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
