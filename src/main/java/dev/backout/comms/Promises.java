package dev.backout.comms;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * "Next update by": each message that says so promises the next. Any later message to
 * stakeholders about the same run keeps it.
 */
@Component
public class Promises {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Announcements announcements;

	private final Clock clock;

	Promises(JdbcClient jdbc, TransactionTemplate transaction, Announcements announcements, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.announcements = announcements;
		this.clock = clock;
	}

	/**
	 * A promise that nobody has kept yet.
	 *
	 * @param message the message that made it
	 * @param run what it is about
	 * @param owner id of the person who sent it
	 * @param dueAt what was promised
	 */
	public record Open(UUID message, String run, String owner, Instant dueAt) {

		public boolean late(Instant now) {
			return now.isAfter(this.dueAt);
		}

	}

	/** All that are still to be kept, the most urgent first. */
	public List<Open> open() {
		return this.jdbc.sql("select * from backout.promise where kept_at is null order by due_at")
			.query((row, number) -> new Open(row.getObject("message", UUID.class), row.getString("run"),
					row.getString("owner"), row.getTimestamp("due_at").toInstant()))
			.list();
	}

	/** All whose time has passed. */
	public List<Open> late() {
		var now = this.clock.instant();
		return open().stream().filter((promise) -> promise.late(now)).toList();
	}

	void keep(String run, Instant now) {
		this.jdbc.sql("update backout.promise set kept_at = :now where run = :run and kept_at is null")
			.param("run", run)
			.param("now", utc(now))
			.update();
	}

	void make(UUID message, String run, String owner, Instant dueAt) {
		this.jdbc.sql("insert into backout.promise (message, run, owner, due_at) values (:message, :run, :owner, :due)")
			.param("message", message)
			.param("run", run)
			.param("owner", owner)
			.param("due", utc(dueAt))
			.update();
	}

	/** Says once of each late promise that it is late; on one node only. */
	@Scheduled(fixedDelay = 5_000)
	void sayLate() {
		var now = this.clock.instant();
		this.transaction.executeWithoutResult((status) -> this.jdbc.sql("""
				update backout.promise set late_said_at = :now
				where kept_at is null and late_said_at is null and due_at < :now
				returning message, run, owner, due_at""")
			.param("now", utc(now))
			.query((row, number) -> new PromiseLate(row.getObject("message", UUID.class), row.getString("run"),
					row.getString("owner"), row.getTimestamp("due_at").toInstant()))
			.list()
			.forEach(this.announcements::afterCommit));
	}

	private static OffsetDateTime utc(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

}
