package dev.backout.backup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.backout.backup.RestoreEstimate.Drill;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Estimates follow what was measured, by size. */
class RestoreEstimateTests {

	static final long MB = 1_000_000;

	@Test
	void withoutADrillItSaysSoAndAdmitsARange() {
		var estimate = RestoreEstimate.of(List.of(), 800 * MB);

		assertThat(estimate.source()).contains("no restore was measured yet");
		assertThat(estimate.low()).isLessThan(estimate.expected());
		assertThat(estimate.high()).isGreaterThan(estimate.expected().multipliedBy(2));
	}

	@Test
	void fourTimesTheSizeTakesFourTimesAsLongBesideWhatIsFixed() {
		var drills = List.of(drill(150, 8000), drill(150, 8200), drill(150, 7900));

		var estimate = RestoreEstimate.of(drills, 600 * MB);

		assertThat(estimate.expected()).isBetween(Duration.ofMillis(28_000), Duration.ofMillis(33_000));
		assertThat(estimate.low()).isLessThan(estimate.expected());
		assertThat(estimate.high()).isGreaterThan(estimate.expected());
	}

	@Test
	void drillsOfSeveralSizesGiveALine() {
		var drills = List.of(drill(10, 1500), drill(100, 6000), drill(50, 3500));

		var estimate = RestoreEstimate.of(drills, 200 * MB);

		assertThat(estimate.expected()).isBetween(Duration.ofMillis(10_500), Duration.ofMillis(11_500));
		assertThat(RestoreEstimate.of(drills, MB).expected()).isBetween(Duration.ofMillis(900),
				Duration.ofMillis(1200));
	}

	@Test
	void newerDrillsCountMore() {
		var slowNow = new ArrayList<Drill>();
		for (int i = 0; i < 5; i++) {
			slowNow.add(drill(100, 20_000));
		}
		for (int i = 0; i < 15; i++) {
			slowNow.add(drill(100, 5_000));
		}

		assertThat(RestoreEstimate.of(slowNow, 100 * MB).expected()).isGreaterThan(Duration.ofSeconds(14));
	}

	@Test
	void farBeyondWhatWasMeasuredTheRangeIsWider() {
		var drills = List.of(drill(10, 1000), drill(10, 1010));
		var near = RestoreEstimate.of(drills, 10 * MB);
		var far = RestoreEstimate.of(drills, 1000 * MB);

		assertThat(spread(far)).isGreaterThan(spread(near));
	}

	@Test
	void aTinyDrillDoesNotMakeALargeRestoreEndless() {
		var estimate = RestoreEstimate.of(List.of(new Drill(2_000, Duration.ofMillis(90))), 2_000);

		assertThat(estimate.expected()).isBetween(Duration.ofMillis(80), Duration.ofMillis(100));
	}

	/** 10 MB in the store, restored in 0.6 s, as the benchmark measured it. */
	@Test
	void theFirstOneKnowsHowLittleItKnows() {
		var first = RestoreEstimate.of(List.of(), 10_400_000);

		assertThat(first.low()).isLessThan(Duration.ofMillis(600));
		assertThat(first.expected()).isEqualTo(Duration.ofMillis(2100));
		assertThat(first.source()).contains("a factor of 5");
		assertThat(spread(first)).isGreaterThan(spread(RestoreEstimate.of(List.of(drill(10, 600)), 10 * MB)));
	}

	@Test
	void oneDrillPromisesLessThanTen() {
		var one = RestoreEstimate.of(List.of(drill(100, 6000)), 100 * MB);
		var ten = RestoreEstimate.of(java.util.Collections.nCopies(10, drill(100, 6000)), 100 * MB);

		assertThat(spread(one)).isGreaterThan(1.5);
		assertThat(spread(ten)).isBetween(1.2, 1.3);
	}

	@Test
	void whatWasNeverRestoredDoesNotCount() {
		var estimate = RestoreEstimate.of(List.of(new Drill(100 * MB, Duration.ZERO)), 100 * MB);

		assertThat(estimate.source()).contains("no restore was measured yet");
	}

	private static double spread(RestoreEstimate estimate) {
		return (double) estimate.high().toMillis() / estimate.expected().toMillis();
	}

	private static Drill drill(long megabytes, long millis) {
		return new Drill(megabytes * MB, Duration.ofMillis(millis));
	}

}
