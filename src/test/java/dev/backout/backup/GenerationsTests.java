package dev.backout.backup;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which backups a schedule keeps. */
class GenerationsTests {

	static final ZoneId PARIS = ZoneId.of("Europe/Paris");

	final Generations generations = new Generations(2, 7, 4, 12, 3, PARIS);

	@Test
	void keepsTheLastVerifiedOfEachPeriodAndNeverDropsTheNewest() {
		var all = new ArrayList<Generations.Candidate>();
		for (int day = 0; day < 800; day++) {
			var at = ZonedDateTime.of(2026, 11, 22, 2, 0, 0, 0, PARIS).minusDays(day).toInstant();
			all.add(new Generations.Candidate("b" + day, at, day >= 3 && day % 31 != 0));
		}

		var kept = this.generations.keep(all);

		assertThat(kept).hasSize(23);
		assertThat(kept.get("b0")).containsExactly("last");
		assertThat(kept.get("b1")).containsExactly("last");
		assertThat(kept).doesNotContainKey("b2");
		assertThat(kept.get("b3")).contains("last-verified", "daily", "weekly", "monthly", "yearly");
		assertThat(kept.values().stream().filter((why) -> why.contains("daily"))).hasSize(7);
		assertThat(kept.values().stream().filter((why) -> why.contains("weekly"))).hasSize(4);
		assertThat(kept.values().stream().filter((why) -> why.contains("monthly"))).hasSize(12);
		assertThat(kept.values().stream().filter((why) -> why.contains("yearly"))).hasSize(3);
	}

	@Test
	void aLoneBackupStaysWhateverItsAge() {
		var old = new Generations.Candidate("old", Instant.parse("2001-01-01T00:00:00Z"), false);

		assertThat(new Generations(0, 0, 0, 0, 0, PARIS).keep(List.of(old))).containsKey("old");
	}

	@Test
	void theLastVerifiedStaysWhenAllAfterItAreBroken() {
		var all = List.of(new Generations.Candidate("good", Instant.parse("2026-01-01T00:00:00Z"), true),
				new Generations.Candidate("bad1", Instant.parse("2026-11-01T00:00:00Z"), false),
				new Generations.Candidate("bad2", Instant.parse("2026-11-02T00:00:00Z"), false));

		assertThat(new Generations(1, 0, 0, 0, 0, PARIS).keep(all)).containsOnlyKeys("bad2", "good");
	}

	@Test
	void daysBeginInTheZoneAlsoWhenTheClockIsPutBack() {
		// 25 October 2026 has 25 hours in Paris.
		var all = List.of(new Generations.Candidate("a", Instant.parse("2026-10-24T22:30:00Z"), true),
				new Generations.Candidate("b", Instant.parse("2026-10-25T22:30:00Z"), true),
				new Generations.Candidate("c", Instant.parse("2026-10-25T23:30:00Z"), true));

		var kept = new Generations(0, 7, 0, 0, 0, PARIS).keep(all);

		assertThat(kept).containsOnlyKeys("c", "b");
		assertThat(this.generations.day(Instant.parse("2026-10-24T22:30:00Z")))
			.isEqualTo(this.generations.day(Instant.parse("2026-10-25T22:30:00Z")));
	}

	@Test
	void weeksBelongToTheYearOfTheirThursday() {
		var all = List.of(new Generations.Candidate("sunday", Instant.parse("2027-01-03T12:00:00Z"), true),
				new Generations.Candidate("thursday", Instant.parse("2026-12-31T12:00:00Z"), true));

		assertThat(new Generations(0, 0, 4, 0, 0, PARIS).keep(all)).containsOnlyKeys("sunday");
	}

	@Test
	void whatIsKeptForAYearStaysForAYear() {
		var at = Instant.parse("2026-03-01T00:00:00Z");
		var least = Instant.parse("2026-03-31T00:00:00Z");

		assertThat(this.generations.until(at, Set.of("last"), least)).isEqualTo(least);
		assertThat(this.generations.until(at, Set.of("daily"), least)).isEqualTo(least);
		assertThat(this.generations.until(at, Set.of("monthly"), least))
			.isEqualTo(Instant.parse("2027-03-01T00:00:00Z"));
		assertThat(this.generations.until(at, Set.of("monthly", "yearly"), least))
			.isEqualTo(Instant.parse("2029-03-01T00:00:00Z"));
	}

}
