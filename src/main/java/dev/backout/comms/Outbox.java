package dev.backout.comms;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Copies of messages that wait to leave. A row is written in the transaction that sends
 * the message; a sender takes it for a while, and what the mail server accepted is never
 * taken again.
 */
@Component
class Outbox {

	private final JdbcClient jdbc;

	private final Clock clock;

	Outbox(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/** A copy and, for subscribers, whose it is. */
	record Taken(Delivery delivery, @Nullable UUID subscriber) {
	}

	void add(UUID message, List<Recipient> recipients) {
		this.jdbc.sql("""
				insert into backout.delivery (message, address, name, subscriber, next_try_at)
				select :message, address, name, subscriber, :now
				from unnest(:addresses::text[], :names::text[], :subscribers::uuid[]) as r (address, name, subscriber)
				on conflict do nothing""")
			.param("message", message)
			.param("now", utc(this.clock.instant()))
			.param("addresses", recipients.stream().map(Recipient::address).toArray(String[]::new))
			.param("names", recipients.stream().map(Recipient::name).toArray(String[]::new))
			.param("subscribers", recipients.stream().map(Recipient::subscriber).toArray(UUID[]::new))
			.update();
	}

	/** Takes copies that are due; nobody else gets them until the lease ends. */
	List<Taken> take(int atMost, Duration lease) {
		var now = this.clock.instant();
		return this.jdbc.sql("""
				update backout.delivery set taken_until = :until, tries = tries + 1
				where id in (
					select id from backout.delivery
					where state = 'WAITING' and next_try_at <= :now and (taken_until is null or taken_until <= :now)
					order by message, id limit :limit for update skip locked)
				returning *""")
			.param("until", utc(now.plus(lease)))
			.param("now", utc(now))
			.param("limit", atMost)
			.query((row, number) -> new Taken(delivery(row, number), row.getObject("subscriber", UUID.class)))
			.list();
	}

	/** Accepted, refused or given up: it waits no longer. */
	void settle(long id, Delivery.State state, String answer) {
		this.jdbc.sql("""
				update backout.delivery set state = :state, answer = :answer, settled_at = :now, taken_until = null
				where id = :id and state = 'WAITING'""")
			.param("id", id)
			.param("state", state.name())
			.param("answer", answer)
			.param("now", utc(this.clock.instant()))
			.update();
	}

	/** Waits again. */
	void postpone(long id, String answer, Instant nextTry) {
		this.jdbc.sql("""
				update backout.delivery set next_try_at = :next, answer = :answer, taken_until = null
				where id = :id and state = 'WAITING'""")
			.param("id", id)
			.param("next", utc(nextTry))
			.param("answer", answer)
			.update();
	}

	/** As if it had not been taken: the try never reached a mail server. */
	void giveBack(long id, String why) {
		this.jdbc.sql("""
				update backout.delivery set tries = tries - 1, answer = :answer, taken_until = null
				where id = :id and state = 'WAITING'""").param("id", id).param("answer", why).update();
	}

	/** Tries a copy again that was refused or given up. */
	boolean again(long id) {
		return this.jdbc.sql("""
				update backout.delivery set state = 'WAITING', next_try_at = :now, settled_at = null
				where id = :id and state in ('REFUSED', 'GIVEN_UP')""")
			.param("id", id)
			.param("now", utc(this.clock.instant()))
			.update() == 1;
	}

	List<Delivery> of(UUID message) {
		return this.jdbc.sql("select * from backout.delivery where message = :message order by id")
			.param("message", message)
			.query(Outbox::delivery)
			.list();
	}

	Optional<Taken> find(long id) {
		return this.jdbc.sql("select * from backout.delivery where id = :id")
			.param("id", id)
			.query((row, number) -> new Taken(delivery(row, number), row.getObject("subscriber", UUID.class)))
			.optional();
	}

	private static Delivery delivery(ResultSet row, int number) throws SQLException {
		Timestamp settled = row.getTimestamp("settled_at");
		return new Delivery(row.getLong("id"), row.getObject("message", UUID.class), row.getString("address"),
				row.getString("name"), Delivery.State.valueOf(row.getString("state")), row.getInt("tries"),
				row.getTimestamp("next_try_at").toInstant(), row.getString("answer"),
				(settled != null) ? settled.toInstant() : null);
	}

	private static OffsetDateTime utc(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

}
