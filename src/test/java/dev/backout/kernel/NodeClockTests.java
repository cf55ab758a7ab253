package dev.backout.kernel;

import java.time.Clock;
import java.time.Duration;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.health.Status;

import static org.assertj.core.api.Assertions.assertThat;

class NodeClockTests {

	static final TestDatabase DATABASE = TestDatabase.create();

	/** A clock that somebody sets. */
	Clock now = Clock.systemUTC();

	final NodeClock clock = new NodeClock(DATABASE.jdbc(), new Clock() {

		@Override
		public java.time.Instant instant() {
			return NodeClockTests.this.now.instant();
		}

		@Override
		public java.time.ZoneId getZone() {
			return NodeClockTests.this.now.getZone();
		}

		@Override
		public Clock withZone(java.time.ZoneId zone) {
			return NodeClockTests.this.now.withZone(zone);
		}

	});

	@ParameterizedTest
	@CsvSource({ "3600, ahead of", "-3600, behind" })
	void nodeWhoseClockJumpedIsUnhealthyUntilItIsSetRight(long seconds, String how) {
		this.clock.compare();
		assertThat(this.clock.health().getStatus()).isEqualTo(Status.UP);

		this.now = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
		this.clock.compare();

		assertThat(this.clock.right()).isFalse();
		assertThat(this.clock.health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(this.clock.sentence()).contains("s " + how + " the database's");
		assertThat(this.clock.off().toSeconds()).isCloseTo(seconds, org.assertj.core.data.Offset.offset(60L));

		this.now = Clock.systemUTC();
		this.clock.compare();
		assertThat(this.clock.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void slowAnswerOfTheDatabaseIsNoFaultOfTheClock() {
		// The database is asked between the two readings.
		var readings = new java.util.ArrayDeque<>(
				java.util.List.of(java.time.Instant.now().minusSeconds(30), java.time.Instant.now().plusSeconds(30)));
		this.now = new Clock() {

			@Override
			public java.time.Instant instant() {
				return readings.remove();
			}

			@Override
			public java.time.ZoneId getZone() {
				return java.time.ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(java.time.ZoneId zone) {
				return this;
			}

		};

		this.clock.compare();

		assertThat(this.clock.right()).isTrue();
	}

}
