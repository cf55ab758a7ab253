package dev.backout.flag;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps flags and their toggles in our database. */
@Component
class FlagStore {

	private static final JsonMapper JSON = new JsonMapper();

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final Ledger ledger;

	FlagStore(JdbcClient jdbc, TransactionTemplate transactions, Ledger ledger) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.ledger = ledger;
	}

	/**
	 * A toggle that has begun and has no result yet.
	 *
	 * @param id of the toggle
	 * @param flag its key
	 * @param wasOn to go back to
	 * @param wasPercentage to go back to
	 * @param on the state asked for
	 * @param percentage the percentage asked for
	 * @param version of the flag that this toggle made
	 * @param before health before it
	 * @param actor who asked
	 * @param subject what it belongs to
	 */
	record Pending(long id, String flag, boolean wasOn, int wasPercentage, boolean on, int percentage, long version,
			HealthProbe.Look before, String actor, String subject) {
	}

	/** Takes over what the file says; the state of a known flag stays. */
	void declare(Declaration declared, Instant now) {
		this.jdbc.sql("""
				insert into backout.flag (key, title, type, stage, owner, is_on, percentage, activation, termination,
					target, changesets, expected_life_seconds, created_at, changed_at, changed_by, version)
				values (:key, :title, :type, :stage, :owner, :on, :percentage, :activation, :termination, :target,
					:changesets::jsonb, :life, :now, :now, 'system', 1)
				on conflict (key) do update set title = excluded.title, type = excluded.type, stage = excluded.stage,
					owner = excluded.owner, activation = excluded.activation, termination = excluded.termination,
					target = excluded.target, changesets = excluded.changesets,
					expected_life_seconds = excluded.expected_life_seconds""")
			.param("key", declared.key())
			.param("title", declared.title())
			.param("type", declared.type().name())
			.param("stage", declared.stage().name())
			.param("owner", declared.owner())
			.param("on", declared.on())
			.param("percentage", declared.percentage())
			.param("activation", declared.activation())
			.param("termination", declared.termination())
			.param("target", declared.target())
			.param("changesets", write(declared.changesets()))
			.param("life", declared.expectedLife().toSeconds())
			.param("now", time(now))
			.update();
	}

	List<Flag> all() {
		return this.jdbc.sql("select * from backout.flag order by key").query((row, number) -> flag(row)).list();
	}

	Optional<Flag> find(String key) {
		return this.jdbc.sql("select * from backout.flag where key = :key")
			.param("key", key)
			.query((row, number) -> flag(row))
			.optional();
	}

	/** Changes with every state and every declaration that matters for an answer. */
	String revision() {
		return this.jdbc.sql("""
				select coalesce(md5(string_agg(key || ':' || version || ':' || stage, ',' order by key)), 'none')
				from backout.flag""").query(String.class).single();
	}

	/** The toggle of this flag that is being probed, if any. */
	Optional<Pending> pending(String key) {
		return this.jdbc
			.sql("select * from backout.flag_toggle where flag = :key and result is null order by id desc limit 1")
			.param("key", key)
			.query((row, number) -> new Pending(row.getLong("id"), key, row.getBoolean("was_on"),
					row.getInt("was_percentage"), row.getBoolean("to_on"), row.getInt("to_percentage"),
					row.getLong("version"),
					new HealthProbe.Look(row.getBoolean("before_healthy"), row.getObject("before_value", Double.class),
							"before"),
					row.getString("actor"), row.getString("subject")))
			.optional();
	}

	/**
	 * Changes the state and notes that it is not probed yet. Empty if somebody was
	 * faster.
	 */
	Optional<Pending> begin(Flag flag, boolean on, int percentage, HealthProbe.Look before, String actor,
			String subject, Instant now) {
		return this.transactions.execute((status) -> {
			if (!change(flag.key(), flag.version(), on, percentage, actor, now)) {
				return Optional.<Pending>empty();
			}
			var id = this.jdbc.sql("""
					insert into backout.flag_toggle (flag, at, actor, subject, was_on, was_percentage, to_on,
						to_percentage, version, before_healthy, before_value, reason)
					values (:flag, :now, :actor, :subject, :wasOn, :wasPercentage, :on, :percentage, :version, :healthy,
						:value, 'being probed')
					returning id""")
				.param("flag", flag.key())
				.param("now", time(now))
				.param("actor", actor)
				.param("subject", subject)
				.param("wasOn", flag.on())
				.param("wasPercentage", flag.percentage())
				.param("on", on)
				.param("percentage", percentage)
				.param("version", flag.version() + 1)
				.param("healthy", before.healthy())
				.param("value", before.value())
				.query(Long.class)
				.single();
			this.ledger.append(Deed.of("flag.changed", actor, subject, Map.of("flag", flag.key(), "from",
					state(flag.on(), flag.percentage()), "to", state(on, percentage))));
			return Optional.of(new Pending(id, flag.key(), flag.on(), flag.percentage(), on, percentage,
					flag.version() + 1, before, actor, subject));
		});
	}

	/** Ends a toggle; a bad one goes back unless somebody changed the flag since. */
	void end(Pending pending, Toggle.Result result, String reason, Instant now) {
		this.transactions.executeWithoutResult((status) -> {
			var ended = this.jdbc
				.sql("""
						update backout.flag_toggle set result = :result, reason = :reason where id = :id and result is null""")
				.param("result", result.name())
				.param("reason", reason)
				.param("id", pending.id())
				.update();
			if (ended == 1 && result == Toggle.Result.REVERTED && change(pending.flag(), pending.version(),
					pending.wasOn(), pending.wasPercentage(), "system", now)) {
				this.ledger.append(Deed.of("flag.reverted", "system", pending.subject(), Map.of("flag", pending.flag(),
						"to", state(pending.wasOn(), pending.wasPercentage()), "reason", reason)));
			}
		});
	}

	List<Toggle> history(String key, int limit) {
		return this.jdbc.sql("""
				select * from backout.flag_toggle where flag = :key and result is not null
				order by id desc limit :limit""")
			.param("key", key)
			.param("limit", limit)
			.query((row, number) -> new Toggle(key, instant(row, "at"), row.getString("actor"), row.getBoolean("to_on"),
					row.getInt("to_percentage"), Toggle.Result.valueOf(row.getString("result")),
					row.getString("reason")))
			.list();
	}

	private boolean change(String key, long version, boolean on, int percentage, String actor, Instant now) {
		return this.jdbc.sql("""
				update backout.flag set is_on = :on, percentage = :percentage, changed_at = :now, changed_by = :actor,
					version = version + 1
				where key = :key and version = :version""")
			.param("on", on)
			.param("percentage", percentage)
			.param("now", time(now))
			.param("actor", actor)
			.param("key", key)
			.param("version", version)
			.update() == 1;
	}

	static String state(boolean on, int percentage) {
		return on ? "on for %d%%".formatted(percentage) : "off";
	}

	private static Flag flag(ResultSet row) throws SQLException {
		return new Flag(row.getString("key"), row.getString("title"), FlagType.valueOf(row.getString("type")),
				Stage.valueOf(row.getString("stage")), row.getString("owner"), row.getBoolean("is_on"),
				row.getInt("percentage"), row.getString("activation"), row.getString("termination"),
				row.getString("target"), read(row.getString("changesets")), instant(row, "created_at"),
				Duration.ofSeconds(row.getLong("expected_life_seconds")), instant(row, "changed_at"),
				row.getString("changed_by"), row.getLong("version"));
	}

	private static String write(@Nullable Object value) {
		try {
			return JSON.writeValueAsString(value);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static List<String> read(String json) {
		try {
			return JSON.readValue(json, new TypeReference<List<String>>() {
			});
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static OffsetDateTime time(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
