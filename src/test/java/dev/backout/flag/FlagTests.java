package dev.backout.flag;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.backout.catalog.InvalidManifest;
import dev.backout.flag.Toggle.Result;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.step.StepContext;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Flags: their life, their probe, who gets them. */
class FlagTests {

	/** The figure is in a table, so that a test decides how healthy it is. */
	static final String PROBE = """
			target: shop
			probe: {sql: select value from figure, most: 5, attempts: 3, passes: 1, every: 1ms}""";

	final FlagFixture fixture = new FlagFixture();

	void figure(double value) {
		this.fixture.database.jdbc().sql("create table if not exists figure (value numeric)").update();
		this.fixture.database.jdbc().sql("truncate figure").update();
		this.fixture.database.jdbc().sql("insert into figure values (:value)").param("value", value).update();
	}

	@Test
	void startsAsDeclaredAndKeepsItsStateAfterwards() {
		this.fixture.declare("one", "start: {on: true, percentage: 20}");
		this.fixture.turn("one", false);

		this.fixture.declare("one", "start: {on: true, percentage: 20}", "termination: Never");

		assertThat(this.fixture.flags.find("one")).hasValueSatisfying((flag) -> {
			assertThat(flag.on()).isFalse();
			assertThat(flag.percentage()).isEqualTo(20);
			assertThat(flag.termination()).isEqualTo("Never");
		});
	}

	@Test
	void switchIsProbedRecordedAndRepeatable() {
		figure(1);
		this.fixture.declare("one", PROBE);

		assertThat(this.fixture.turn("one", true).result()).isEqualTo(Result.CHANGED);
		assertThat(this.fixture.turn("one", true).result()).isEqualTo(Result.UNCHANGED);

		assertThat(this.fixture.deeds).extracting(Deed::kind).containsExactly("flag.changed");
		assertThat(this.fixture.deeds.get(0).parameters()).containsEntry("from", "off")
			.containsEntry("to", "on for 100%");
		assertThat(this.fixture.flags.history("one", 10)).singleElement()
			.satisfies((toggle) -> assertThat(toggle.reason())
				.isEqualTo("Healthy afterwards: the figure is 1, at most 5 is healthy"));
	}

	@Test
	void switchThatMakesItWorseIsTakenBack() {
		figure(1);
		this.fixture.declare("one", PROBE.replace("select value from figure",
				"'select case when (select value from figure) > 0 then random() + 9 else 0 end'"));
		figure(0);
		var begun = this.fixture.store.begin(this.fixture.flags.find("one").orElseThrow(), true, 100,
				new HealthProbe.Look(true, 0.0, "fine"), "mira", "run-1", FlagFixture.NOW);
		assertThat(begun).isPresent();
		figure(1);

		// A crash cut the first call short: the second one finishes its probe.
		var toggle = this.fixture.turn("one", true);

		assertThat(toggle.result()).isEqualTo(Result.REVERTED);
		assertThat(this.fixture.flags.find("one")).hasValueSatisfying((flag) -> assertThat(flag.on()).isFalse());
		assertThat(this.fixture.deeds).extracting(Deed::kind).containsExactly("flag.changed", "flag.reverted");
	}

	@Test
	void switchingOnIntoTroubleIsRefused() {
		figure(9);
		this.fixture.declare("one", PROBE);

		assertThat(this.fixture.turn("one", true).result()).isEqualTo(Result.REFUSED);
		assertThat(this.fixture.flags.find("one")).hasValueSatisfying((flag) -> assertThat(flag.on()).isFalse());
		assertThat(this.fixture.deeds).isEmpty();
	}

	@Test
	void switchingOffInTroubleStaysUnlessItGetsWorse() {
		figure(9);
		this.fixture.declare("one", PROBE, "start: {on: true}");

		var toggle = this.fixture.turn("one", false);

		assertThat(toggle.result()).isEqualTo(Result.CHANGED);
		assertThat(toggle.reason()).startsWith("Unhealthy before and afterwards");
	}

	@Test
	void noAnswerIsNeverHealthy() {
		this.fixture.declare("one", "target: shop", "probe: {sql: select value from nowhere, most: 5, every: 1ms}");
		this.fixture.declare("two", "probe: {http: 'http://not.listed.example/health', every: 1ms}");

		assertThat(this.fixture.turn("one", true).reason()).contains("relation \"nowhere\" does not exist");
		assertThat(this.fixture.turn("two", true).reason()).contains("backout.http.allow");
		assertThat(this.fixture.flags.all()).noneMatch(Flag::on);
	}

	@Test
	void somebodyElsesChangeIsNotTakenBack() {
		figure(1);
		this.fixture.declare("one", PROBE);
		var begun = this.fixture.store
			.begin(this.fixture.flags.find("one").orElseThrow(), true, 100, new HealthProbe.Look(true, 1.0, "fine"),
					"mira", "run-1", FlagFixture.NOW)
			.orElseThrow();
		this.fixture.flags.ramp("one", 50, "omar", "one");

		this.fixture.store.end(begun, Result.REVERTED, "late", FlagFixture.NOW);

		assertThat(this.fixture.flags.find("one")).hasValueSatisfying((flag) -> {
			assertThat(flag.on()).isTrue();
			assertThat(flag.percentage()).isEqualTo(50);
		});
	}

	@Test
	void flagOverASchemaWithoutItsChangesetsIsRefused() {
		this.fixture.declare("one", "target: shop", "changesets: ['ann:split']");

		assertThatThrownBy(() -> this.fixture.turn("one", true))
			.isInstanceOfSatisfying(Rejected.class, (ex) -> assertThat(ex.code()).isEqualTo("flag.illegal-pair"))
			.hasMessageContaining("ann:split");

		this.fixture.database.jdbc().sql("create table databasechangelog (author text, id text)").update();
		this.fixture.database.jdbc().sql("insert into databasechangelog values ('ann', 'split')").update();
		assertThat(this.fixture.turn("one", true).result()).isEqualTo(Result.CHANGED);
		assertThat(this.fixture.flags.needing("shop", List.of("ann:split", "ben:other"))).extracting(Flag::key)
			.containsExactly("one");
	}

	@Test
	void rampOnlyEverAddsPeopleAndHitsItsShare() {
		this.fixture.declare("one", "start: {on: true, percentage: 10}");
		var ten = IntStream.range(0, 10_000).filter((user) -> Buckets.includes("one", "user-" + user, 10)).toArray();
		var thirty = IntStream.range(0, 10_000).filter((user) -> Buckets.includes("one", "user-" + user, 30)).toArray();

		assertThat(ten.length).isBetween(900, 1100);
		assertThat(thirty.length).isBetween(2800, 3200);
		assertThat(thirty).contains(ten);
		assertThat(IntStream.of(ten).filter((user) -> Buckets.includes("two", "user-" + user, 10)).count())
			.isBetween(50L, 160L);
		assertThat(this.fixture.flags.evaluate("one", "user-" + ten[0]))
			.isEqualTo(new Evaluation("one", true, "on", "SPLIT"));
	}

	@Test
	void someoneMustBeNamedWhileItIsOnForSome() {
		this.fixture.declare("one", "start: {on: true, percentage: 10}");

		assertThatThrownBy(() -> this.fixture.flags.evaluate("one", null)).isInstanceOfSatisfying(Rejected.class,
				(ex) -> assertThat(ex.code()).isEqualTo("flag.targeting-key-missing"));
		this.fixture.flags.ramp("one", 100, "mira", "one");
		assertThat(this.fixture.flags.evaluate("one", null)).isEqualTo(new Evaluation("one", true, "on", "STATIC"));
	}

	@Test
	void revisionChangesWithEveryChange() {
		this.fixture.declare("one");
		var before = this.fixture.flags.revision();
		assertThat(this.fixture.flags.revision()).isEqualTo(before);

		this.fixture.turn("one", true);

		assertThat(this.fixture.flags.revision()).isNotEqualTo(before);
	}

	@Test
	void outlivesItsPurpose() {
		this.fixture.declare("one", "expectedLife: 10d");
		var flag = this.fixture.flags.find("one").orElseThrow();

		assertThat(flag.stale(FlagFixture.NOW.plus(Duration.ofDays(10)))).isFalse();
		assertThat(flag.stale(FlagFixture.NOW.plus(Duration.ofDays(11)))).isTrue();
	}

	@Test
	void archivedAnswersOffAndStaysSo() {
		this.fixture.declare("one", "stage: archived", "start: {on: true}");

		assertThat(this.fixture.flags.evaluate("one", "ann").value()).isFalse();
		assertThatThrownBy(() -> this.fixture.turn("one", false)).hasMessageContaining("is archived");
	}

	@Test
	void unknownFlagIsRefusedWithTheKnownOnes() {
		this.fixture.declare("one");

		assertThatThrownBy(() -> this.fixture.turn("three", true)).hasMessageContaining("known are [one]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			type: release        | type: forever                   | 'forever'
			owner: mira          | owner: 'Mira M'                 | 'Mira M'
			owner: mira          | mine: mira                      | unknown 'mine'
			owner: mira          | owner: mira, probe: {}          | probe
			owner: mira          | owner: mira, changesets: ['a:b'] | target
			owner: mira          | owner: mira, probe: {sql: select 1, most: 1} | target: missing
			owner: mira          | owner: mira, expectedLife: ever  | a number of days such as 40d
			""")
	void badDeclarationIsRefused(String good, String bad, String reason) {
		var yaml = "flags: [{key: one, title: One, type: release, owner: mira}]";
		var declarations = new Declarations(() -> Map.of("flags.yaml", yaml.replace(good, bad)));

		assertThatThrownBy(declarations::read).isInstanceOf(InvalidManifest.class)
			.hasMessageStartingWith("flags.yaml:1")
			.hasMessageContaining(reason);
	}

	@Test
	void demoFlagsAreValid() {
		var declarations = new Declarations(() -> Map.of("shop.yaml",
				java.nio.file.Files.readString(java.nio.file.Path.of("demo/flags/shop.yaml"))));

		assertThat(declarations.read()).containsOnlyKeys("family-names", "one-closing-status");
	}

	@Test
	void stepSwitchesAllFlagsOfTheRelease() {
		this.fixture.declare("one", "start: {on: true}");
		this.fixture.declare("two", "start: {on: true}");
		var step = new FlagSetStep(this.fixture.flags);

		assertThat(step.execute(aStep(Map.of("release", "shop-2", "state", "off"))))
			.isEqualTo(new StepOutcome.Done("Switched off: one, two", Map.of("changed", "one,two")));
		assertThat(step.execute(aStep(Map.of("release", "shop-2", "state", "off"))))
			.isEqualTo(new StepOutcome.Done("one, two: off already", Map.of("changed", "")));
	}

	@Test
	void stepRefusesUnhealthySwitches() {
		figure(9);
		this.fixture.declare("one", PROBE);

		assertThat(new FlagSetStep(this.fixture.flags).execute(aStep(Map.of("flag", "one", "state", "on"))))
			.isEqualTo(new StepOutcome.Refused("unhealthy",
					"Flag 'one' stays off: It was unhealthy before: the figure is 9, at most 5 is healthy"));
		assertThatThrownBy(
				() -> new FlagSetStep(this.fixture.flags).execute(aStep(Map.of("flag", "one", "state", "maybe"))))
			.hasMessageContaining("'maybe'");
	}

	static StepContext aStep(Map<String, String> inputs) {
		return new StepContext() {

			@Override
			public String key() {
				return "key";
			}

			@Override
			public int attempt() {
				return 1;
			}

			@Override
			public String runId() {
				return "run-1";
			}

			@Override
			public String stepId() {
				return "Task_Flags";
			}

			@Override
			public Optional<String> optional(String name) {
				return Optional.ofNullable(inputs.get(name));
			}

			@Override
			public void progress(long done, long total, String unit) {
			}

			@Override
			public void checkpoint() {
			}

		};
	}

}
