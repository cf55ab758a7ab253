package dev.backout.kernel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How far this node's clock is off the database's. Locks of steps and due times are read
 * off the clocks of the nodes: one that is ahead takes steps from others that are alive,
 * and fires timers early; one that is behind does so late. {@code /actuator/health} tells
 * of it as {@code nodeClock}.
 */
@Component
public class NodeClock implements HealthIndicator {

	/** What is no trouble yet. */
	static final Duration TOLERATED = Duration.ofSeconds(2);

	private static final Logger logger = LoggerFactory.getLogger(NodeClock.class);

	private final JdbcClient jdbc;

	private final Clock clock;

	private volatile Duration off = Duration.ZERO;

	NodeClock(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	@Scheduled(fixedDelayString = "1m")
	void compare() {
		var before = this.clock.instant();
		var database = this.jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
		var wasRight = right();
		this.off = off(before, database, this.clock.instant());
		if (!right()) {
			logger.warn("{}: set the clock of this node, or of the database", sentence());
		}
		else if (!wasRight) {
			logger.info("This node's clock agrees with the database's again");
		}
	}

	/**
	 * What is certain: the database was asked between two readings, however slow it was.
	 */
	private static Duration off(Instant before, Instant database, Instant after) {
		if (before.isAfter(database)) {
			return Duration.between(database, before);
		}
		return database.isAfter(after) ? Duration.between(database, after) : Duration.ZERO;
	}

	/** How far it was ahead of the database's when they were last compared. */
	public Duration off() {
		return this.off;
	}

	public boolean right() {
		return this.off.abs().compareTo(TOLERATED) <= 0;
	}

	/** How it stands, for people. */
	public String sentence() {
		return "This node's clock is %.1f s %s the database's".formatted(this.off.abs().toMillis() / 1000.0,
				this.off.isNegative() ? "behind" : "ahead of");
	}

	@Override
	public Health health() {
		return (right() ? Health.up() : Health.down().withDetail("reason", sentence()))
			.withDetail("offMillis", this.off.toMillis())
			.build();
	}

}
