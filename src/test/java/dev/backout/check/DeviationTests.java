package dev.backout.check;

import dev.backout.check.Deviation.Decision;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.step.StepContext;
import dev.backout.step.StepOutcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of results below their minimum. */
class DeviationTests {

	static final CheckFixture FIXTURE = new CheckFixture();

	static int number;

	final String run = "run-" + ++number;

	@BeforeEach
	void oneFault() {
		FIXTURE.execute("""
				drop table if exists thing;
				create table thing (id int);
				insert into thing values (1)""");
		FIXTURE
			.suite("""
					suite: two
					version: 1
					title: Two checks
					checks:
					  - {name: empty, kind: business-rule, parameters: {sql: select id from thing}, severity: SEV1, owner: omar}
					  - {name: indexes, kind: invalid-indexes, severity: SEV2, owner: mira}
					""");
		FIXTURE.deeds.clear();
	}

	@Test
	void opensOneWithAnOwnerAndKeepsTheRunOpen() {
		FIXTURE.run(this.run);

		assertThat(FIXTURE.deviations.of(this.run)).singleElement()
			.satisfies((deviation) -> assertThat(deviation.owner()).isEqualTo("omar"))
			.satisfies((deviation) -> assertThat(deviation.settled()).isFalse());
		assertThatThrownBy(() -> FIXTURE.deviations.requireSettled(this.run)).isInstanceOf(Rejected.class)
			.hasMessageContaining("'empty' (omar) has no cause");
		assertThat(FIXTURE.deeds).extracting(Deed::kind).containsExactly("check.deviation-opened", "check.finished");
	}

	@Test
	void needsACauseThenADecisionByAPerson() {
		FIXTURE.run(this.run);
		var id = FIXTURE.deviations.of(this.run).get(0).id();

		assertThatThrownBy(() -> FIXTURE.deviations.accept(id, "fine", "mira")).isInstanceOfSatisfying(Rejected.class,
				(ex) -> assertThat(ex.code()).isEqualTo("check.no-cause"));
		assertThatThrownBy(() -> FIXTURE.deviations.explain(id, "because", "system"))
			.isInstanceOf(IllegalArgumentException.class);
		assertThatThrownBy(() -> FIXTURE.deviations.explain(id, " ", "mira"))
			.isInstanceOf(IllegalArgumentException.class);
		FIXTURE.deviations.explain(id, "One test row was left", "mira");
		assertThatThrownBy(() -> FIXTURE.deviations.requireSettled(this.run)).hasMessageContaining("has no decision");
		var accepted = FIXTURE.deviations.accept(id, "It is known and harmless", "mira");

		assertThat(accepted.decision()).isEqualTo(Decision.ACCEPTED);
		assertThat(accepted.decidedBy()).isEqualTo("mira");
		FIXTURE.deviations.requireSettled(this.run);
		assertThatThrownBy(() -> FIXTURE.deviations.accept(id, "again", "mira")).isInstanceOfSatisfying(Rejected.class,
				(ex) -> assertThat(ex.code()).isEqualTo("check.decided"));
	}

	@Test
	void isMendedWhenTheCheckPassesLaterButStillNeedsACause() {
		FIXTURE.run(this.run);
		FIXTURE.execute("delete from thing");
		var again = FIXTURE.run(this.run);

		assertThat(again.results().get(0).before()).extracting("outcome").isEqualTo(Outcome.FAIL);
		var deviation = FIXTURE.deviations.of(this.run).get(0);
		assertThat(deviation.decision()).isEqualTo(Decision.MENDED);
		assertThatThrownBy(() -> FIXTURE.deviations.requireSettled(this.run)).hasMessageContaining("has no cause");
		FIXTURE.deviations.acceptAll(this.run, "A test row", "Gone", "mira");
		FIXTURE.deviations.requireSettled(this.run);
	}

	@Test
	void failingTwiceIsOneDeviation() {
		FIXTURE.run(this.run);
		FIXTURE.execute("insert into thing values (2)");
		FIXTURE.run(this.run);

		assertThat(FIXTURE.deviations.of(this.run)).singleElement()
			.satisfies((deviation) -> assertThat(deviation.summary()).isEqualTo("2 offending rows"));
	}

	@Test
	void decisionTaskSettlesAllAtOnce() {
		FIXTURE.run(this.run);

		var settled = FIXTURE.deviations.acceptAll(this.run, "A test row", "Harmless", "mira");

		assertThat(settled).allMatch(Deviation::settled);
	}

	@Test
	void worseThanLastTimeIsSaid() {
		FIXTURE.execute("delete from thing");
		FIXTURE.run(this.run);
		FIXTURE.execute("insert into thing values (1)");

		var result = FIXTURE.run(this.run).results().get(0);

		assertThat(result.regressed()).isTrue();
		assertThat(result.before()).extracting("value").isEqualTo("0");
	}

	@Test
	void stepRefusesBelowTheMinimumAndSaysWhat() {
		var outcome = new CheckRunStep(FIXTURE.runs, dev.backout.catalog.Catalog.empty())
			.execute(aStep("k1-" + this.run));

		assertThat(outcome).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("below-minimum");
			assertThat(refused.reason())
				.isEqualTo("1 of 2 checks of 'two' are below their minimum: empty (SEV1: 1 offending rows)");
		});
	}

	@Test
	void stepRepeatedWithTheSameKeyAnswersTheSame() {
		var step = new CheckRunStep(FIXTURE.runs, dev.backout.catalog.Catalog.empty());
		var first = step.execute(aStep("k2-" + this.run));
		FIXTURE.execute("delete from thing");

		assertThat(step.execute(aStep("k2-" + this.run))).isEqualTo(first);
		assertThat(FIXTURE.runs.of(this.run)).hasSize(1);
		assertThat(step.execute(aStep("k3-" + this.run))).isInstanceOf(StepOutcome.Done.class);
	}

	@Test
	void cutShortItStartsAgainUnderItsKey() {
		var request = SuiteRequest.of("two", "shop", null, "system").in(this.run, "k4-" + this.run);
		assertThatThrownBy(() -> FIXTURE.runs.run(request, (done, total) -> {
			if (done == 1) {
				throw new CancellationException();
			}
		})).isInstanceOf(CancellationException.class);

		var run = FIXTURE.runs.run(request, SuiteRuns.Progress.NONE);

		assertThat(run.results()).hasSize(2);
		assertThat(FIXTURE.runs.of(this.run)).hasSize(1);
	}

	@Test
	void unknownSuiteAndTargetAreRefusedWithTheKnownOnes() {
		assertThatThrownBy(
				() -> FIXTURE.runs.run(SuiteRequest.of("three", "shop", null, "mira"), SuiteRuns.Progress.NONE))
			.hasMessageContaining("known are [two]");
		assertThatThrownBy(
				() -> FIXTURE.runs.run(SuiteRequest.of("two", "barn", null, "mira"), SuiteRuns.Progress.NONE))
			.hasMessageContaining("There is no target 'barn'");
	}

	private StepContext aStep(String key) {
		var inputs = Map.of("suite", "two", "target", "shop");
		var run = this.run;
		return new StepContext() {

			@Override
			public String key() {
				return key;
			}

			@Override
			public int attempt() {
				return 1;
			}

			@Override
			public String runId() {
				return run;
			}

			@Override
			public String stepId() {
				return "Task_Check";
			}

			@Override
			public Optional<String> optional(String name) {
				return Optional.ofNullable(inputs.get(name));
			}

			@Override
			public void progress(long done, long total, String unit) {
				assertThat(unit).isEqualTo("checks");
			}

			@Override
			public void checkpoint() {
			}

		};
	}

}
