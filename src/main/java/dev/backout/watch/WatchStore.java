package dev.backout.watch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import dev.backout.watch.ReleaseHealth.Status;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps what triggers say, and their samples, in our database. */
@Component
class WatchStore {

	private final JdbcClient jdbc;

	WatchStore(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A trigger's standing.
	 *
	 * @param deployed whether its release is deployed
	 * @param course where it stands
	 */
	record Standing(boolean deployed, Course course) {
	}

	/**
	 * Takes the next measurement for this node, if it is due: of many nodes that ask, one
	 * gets it.
	 */
	boolean claim(Watched trigger, Instant now) {
		this.jdbc.sql("""
				insert into backout.watch_trigger (release, trigger, next_at) values (:release, :trigger, :now)
				on conflict do nothing""")
			.param("release", trigger.release())
			.param("trigger", trigger.id())
			.param("now", time(now))
			.update();
		return this.jdbc.sql("""
				update backout.watch_trigger set next_at = :next
				where release = :release and trigger = :trigger and next_at <= :now""")
			.param("release", trigger.release())
			.param("trigger", trigger.id())
			.param("now", time(now))
			.param("next", time(now.plus(trigger.every())))
			.update() == 1;
	}

	/** Locked until the transaction ends: samples are counted once and in order. */
	Standing lock(Watched trigger) {
		this.jdbc.sql("""
				insert into backout.watch_trigger (release, trigger, next_at) values (:release, :trigger, now())
				on conflict do nothing""").param("release", trigger.release()).param("trigger", trigger.id()).update();
		return standing(trigger, " for update").orElseThrow();
	}

	Optional<Standing> standing(Watched trigger) {
		return standing(trigger, "");
	}

	private Optional<Standing> standing(Watched trigger, String lock) {
		return this.jdbc.sql("""
				select deployed, status, since, failing, passing, failing_since from backout.watch_trigger
				where release = :release and trigger = :trigger""" + lock)
			.param("release", trigger.release())
			.param("trigger", trigger.id())
			.query((row, number) -> new Standing(row.getBoolean("deployed"),
					new Course(Status.valueOf(row.getString("status")), instant(row, "since"), row.getInt("failing"),
							row.getInt("passing"), instant(row, "failing_since"))))
			.optional();
	}

	void save(Watched trigger, Standing standing) {
		this.jdbc.sql("""
				update backout.watch_trigger set deployed = :deployed, status = :status, since = :since,
					failing = :failing, passing = :passing, failing_since = :failingSince
				where release = :release and trigger = :trigger""")
			.param("deployed", standing.deployed())
			.param("status", standing.course().status().name())
			.param("since", time(standing.course().since()))
			.param("failing", standing.course().failing())
			.param("passing", standing.course().passing())
			.param("failingSince", time(standing.course().failingSince()))
			.param("release", trigger.release())
			.param("trigger", trigger.id())
			.update();
	}

	/**
	 * Whether it is newer than all figures that are kept, and so kept now. A note that
	 * there was none does not keep out figures that arrive late.
	 */
	boolean add(Watched trigger, Sample sample) {
		return this.jdbc
			.sql("""
					insert into backout.watch_sample (release, trigger, at, result, value, evidence)
					select :release, :trigger, :at::timestamptz, :result, :value::double precision, :evidence
					where not exists (select from backout.watch_sample
						where release = :release and trigger = :trigger and value is not null and at >= :at::timestamptz)""")
			.param("release", trigger.release())
			.param("trigger", trigger.id())
			.param("at", time(sample.at()))
			.param("result", sample.result().name())
			.param("value", sample.value())
			.param("evidence", sample.evidence())
			.update() == 1;
	}

	Optional<Sample> last(Watched trigger) {
		return this.jdbc.sql("""
				select trigger, at, result, value, evidence from backout.watch_sample
				where release = :release and trigger = :trigger order by id desc limit 1""")
			.param("release", trigger.release())
			.param("trigger", trigger.id())
			.query((row, number) -> sample(row))
			.optional();
	}

	List<Sample> samples(String release, String trigger, Instant from) {
		return this.jdbc.sql("""
				select trigger, at, result, value, evidence from backout.watch_sample
				where release = :release and trigger = :trigger and at >= :from order by id""")
			.param("release", release)
			.param("trigger", trigger)
			.param("from", time(from))
			.query((row, number) -> sample(row))
			.list();
	}

	void forget(Instant before) {
		this.jdbc.sql("delete from backout.watch_sample where at < :before").param("before", time(before)).update();
	}

	private static Sample sample(ResultSet row) throws SQLException {
		return new Sample(row.getString("trigger"), row.getObject("at", OffsetDateTime.class).toInstant(),
				Sample.Result.valueOf(row.getString("result")), row.getObject("value", Double.class),
				row.getString("evidence"));
	}

	private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		var time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

}
