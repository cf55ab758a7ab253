package dev.backout.people;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

import dev.backout.people.Roster.Shift;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Who is on call when; in Berlin, where the clocks change. */
class RosterTests {

	static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	static Rotation weekly(String... people) {
		return Rotation.always("shop-commander", "Commander", BERLIN, LocalDateTime.parse("2026-01-05T09:00"),
				Duration.ofDays(7), List.of(people));
	}

	static Rotation daily(String first, Duration shift, String... people) {
		return Rotation.always("daily", "Daily", BERLIN, LocalDateTime.parse(first), shift, List.of(people));
	}

	static Instant at(String local) {
		return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
	}

	static Roster roster(Rotation rotation, Substitution... overrides) {
		return new Roster(rotation, List.of(overrides));
	}

	@ParameterizedTest
	@CsvSource({ "2026-01-05T09:00, mira, omar", "2026-01-12T08:59:59, mira, omar", "2026-01-12T09:00, omar, lena",
			"2026-01-19T09:00, lena, mira", "2026-01-26T09:00, mira, omar", "2025-12-29T09:00, lena, mira",
			"2026-07-06T08:59, omar, lena", "2026-07-06T09:00, lena, mira" })
	void handsOffAtTheSameWallClockTimeAllYear(String local, String first, String second) {
		var roster = roster(weekly("mira", "omar", "lena"));

		assertThat(roster.at(1, at(local))).contains(first);
		assertThat(roster.at(2, at(local))).contains(second);
		assertThat(roster.at(4, at(local))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "2026-03-28T02:30, PT23H", "2026-03-27T12:00, PT24H", "2026-03-28T12:00, PT23H",
			"2026-10-24T12:00, PT25H" })
	void aDayIsAnHourShorterOrLongerWhenTheClockChanges(String start, Duration length) {
		var rotation = daily(start, Duration.ofDays(1), "mira", "omar");

		var first = rotation.startOf(0);
		var second = rotation.startOf(1);

		// 02:30 does not exist on 29 March: the hand-off moves on to 03:30.
		assertThat(Duration.between(first, second)).isEqualTo(start.contains("T02:30") ? Duration.ofHours(24) : length);
		assertThat(rotation.shiftAt(second.minusNanos(1))).isZero();
		assertThat(rotation.shiftAt(second)).isEqualTo(1);
	}

	@Test
	void everyInstantBelongsToOneShiftEvenWhereTheClockIsPutBack() {
		var rotation = daily("2026-10-24T02:30", Duration.ofHours(1), "mira", "omar", "lena");

		Stream.iterate(at("2026-10-25T00:00"), (instant) -> instant.plusSeconds(300)).limit(120).forEach((instant) -> {
			long shift = rotation.shiftAt(instant);
			assertThat(instant).isAfterOrEqualTo(rotation.startOf(shift)).isBefore(rotation.startOf(shift + 1));
		});
	}

	@Test
	void anOverrideTakesTheCallAndTheNextInTurnStaysNext() {
		var roster = roster(weekly("mira", "omar", "lena"),
				new Substitution("shop-commander", at("2026-01-06T12:00"), at("2026-01-06T18:00"), "lena", "dentist"));

		assertThat(roster.at(1, at("2026-01-06T11:59"))).contains("mira");
		assertThat(roster.at(1, at("2026-01-06T12:00"))).contains("lena");
		assertThat(roster.at(2, at("2026-01-06T12:00"))).contains("omar");
		assertThat(roster.at(3, at("2026-01-06T12:00"))).isEmpty();
		assertThat(roster.at(1, at("2026-01-06T18:00"))).contains("mira");
	}

	@Test
	void theLaterOverrideWins() {
		var roster = roster(weekly("mira"),
				new Substitution("shop-commander", at("2026-01-06T12:00"), at("2026-01-06T18:00"), "lena", "a"),
				new Substitution("shop-commander", at("2026-01-06T14:00"), at("2026-01-06T15:00"), "omar", "b"));

		assertThat(roster.shifts(at("2026-01-06T10:00"), at("2026-01-06T20:00"))).containsExactly(
				new Shift(at("2026-01-06T10:00"), at("2026-01-06T12:00"), "mira"),
				new Shift(at("2026-01-06T12:00"), at("2026-01-06T14:00"), "lena"),
				new Shift(at("2026-01-06T14:00"), at("2026-01-06T15:00"), "omar"),
				new Shift(at("2026-01-06T15:00"), at("2026-01-06T18:00"), "lena"),
				new Shift(at("2026-01-06T18:00"), at("2026-01-06T20:00"), "mira"));
	}

	@Test
	void findsEveryGap() {
		var duty = new Rotation("office", "Office", BERLIN, LocalDateTime.parse("2026-01-05T00:00"), Duration.ofDays(7),
				List.of("mira", "omar"), Rotation.Hours.onWorkdays(LocalTime.of(8, 0), LocalTime.of(20, 0)));
		var roster = roster(duty,
				new Substitution("office", at("2026-01-09T12:00"), at("2026-01-09T14:00"), null, "party"));

		var gaps = roster.gaps(at("2026-01-09T10:00"), at("2026-01-12T10:00"), (person) -> true);

		assertThat(gaps).containsExactly(new Shift(at("2026-01-09T12:00"), at("2026-01-09T14:00"), null),
				new Shift(at("2026-01-09T20:00"), at("2026-01-12T08:00"), null));
		assertThat(roster.gaps(at("2026-01-09T10:00"), at("2026-01-09T12:00"), (person) -> true)).isEmpty();
		assertThat(roster.gaps(at("2026-01-12T08:00"), at("2026-01-12T12:00"), "mira"::equals))
			.containsExactly(new Shift(at("2026-01-12T08:00"), at("2026-01-12T12:00"), "omar"));
		assertThat(roster.at(1, at("2026-01-10T12:00"))).isEmpty();
	}

	@Test
	void aNightDutyBelongsToTheDayItBeginsOn() {
		var night = new Rotation("night", "Night", BERLIN, LocalDateTime.parse("2026-01-05T00:00"), Duration.ofDays(7),
				List.of("mira"), Rotation.Hours.onWorkdays(LocalTime.of(20, 0), LocalTime.of(8, 0)));

		assertThat(roster(night).shifts(at("2026-01-09T12:00"), at("2026-01-12T21:00"))).containsExactly(
				new Shift(at("2026-01-09T12:00"), at("2026-01-09T20:00"), null),
				new Shift(at("2026-01-09T20:00"), at("2026-01-10T08:00"), "mira"),
				new Shift(at("2026-01-10T08:00"), at("2026-01-12T20:00"), null),
				new Shift(at("2026-01-12T20:00"), at("2026-01-12T21:00"), "mira"));
	}

	@Test
	void shiftsAgreeWithAskingMinuteByMinute() {
		var duty = new Rotation("office", "Office", BERLIN, LocalDateTime.parse("2026-10-19T09:00"),
				Duration.ofHours(12), List.of("mira", "omar", "lena"),
				Rotation.Hours.onWorkdays(LocalTime.of(2, 15), LocalTime.of(1, 45)));
		var roster = roster(duty,
				new Substitution("office", at("2026-10-24T23:00"), at("2026-10-25T04:00"), "omar", "swap"));
		var from = at("2026-10-23T12:00");
		var to = at("2026-10-27T12:00");

		var shifts = roster.shifts(from, to);

		assertThat(shifts.get(0).from()).isEqualTo(from);
		assertThat(shifts.get(shifts.size() - 1).to()).isEqualTo(to);
		for (Instant minute = from; minute.isBefore(to); minute = minute.plusSeconds(60)) {
			var now = minute;
			var shift = shifts.stream()
				.filter((candidate) -> !now.isBefore(candidate.from()) && now.isBefore(candidate.to()))
				.toList();
			assertThat(shift).as(now.toString()).hasSize(1);
			assertThat(shift.get(0).person()).as(now.toString()).isEqualTo(roster.at(1, now).orElse(null));
		}
	}

	@Test
	void anEmptyRotationIsAllGap() {
		assertThat(roster(weekly()).gaps(at("2026-01-05T09:00"), at("2026-01-06T09:00"), (person) -> true))
			.containsExactly(new Shift(at("2026-01-05T09:00"), at("2026-01-06T09:00"), null));
	}

	@Test
	void saysWhatIsWrongWithARotation() {
		assertThatIllegalArgumentException().isThrownBy(() -> weekly("mira", "mira"))
			.withMessageContaining("one place");
		assertThatIllegalArgumentException().isThrownBy(() -> daily("2026-01-05T09:00", Duration.ofSeconds(90), "mira"))
			.withMessageContaining("whole minutes");
		assertThatIllegalArgumentException().isThrownBy(() -> roster(weekly("mira")).at(0, Instant.EPOCH))
			.withMessageContaining("from 1");
	}

}
