package dev.backout.check;

import java.time.Duration;
import java.util.Set;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Suites that people ask for: followed, cancelled, closed, compared. */
class SuiteWorkTests {

	static final CheckFixture FIXTURE = new CheckFixture();

	static final Person MIRA = new Person("mira", "Mira", "mira@shop.example", Set.of(Role.OPERATOR));

	static final Person VERA = new Person("vera", "Vera", "vera@shop.example", Set.of(Role.VIEWER));

	/** Ends only when somebody ends it. */
	static final String ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

	final SuiteWork work = new SuiteWork(FIXTURE.runs);

	@BeforeEach
	void oneThing() {
		FIXTURE.execute("drop table if exists thing; create table thing (id int); insert into thing values (1)");
	}

	private static void suite(String name, String sql) {
		FIXTURE
			.suite("""
					suite: %s
					version: 1
					title: Two checks
					checks:
					  - {name: empty, kind: business-rule, parameters: {sql: select id from thing}, severity: SEV1, owner: omar}
					  - {name: other, kind: business-rule, parameters: {sql: "%s"}, severity: SEV1, owner: omar, timeout: 5m}
					"""
				.formatted(name, sql));
	}

	private SuiteRun ended(SuiteRun run) {
		await().atMost(Duration.ofSeconds(30))
			.until(() -> FIXTURE.runs.get(run.id()).state() != SuiteRun.State.RUNNING);
		return FIXTURE.runs.get(run.id());
	}

	private SuiteRun start(String suite) {
		return this.work.start(SuiteRequest.of(suite, "shop", null, "mira"), MIRA);
	}

	@Test
	void isFollowedToItsEnd() {
		suite("followed", "select 1 where false");

		var begun = start("followed");
		var run = ended(begun);

		assertThat(run.state()).isEqualTo(SuiteRun.State.FINISHED);
		assertThat(run.results()).hasSize(2);
		assertThat(run.held()).isFalse();
	}

	@Test
	void isCancelledInTheMiddleOfAQueryAndKeepsWhatItFound() {
		suite("cancelled", ENDLESS);
		var begun = start("cancelled");
		await().atMost(Duration.ofSeconds(20)).until(() -> "other".equals(FIXTURE.runs.get(begun.id()).doing()));

		FIXTURE.runs.cancel(begun.id(), MIRA);
		var run = ended(begun);

		assertThat(run.state()).isEqualTo(SuiteRun.State.CANCELLED);
		assertThat(run.cancelledBy()).isEqualTo("mira");
		assertThat(run.results()).extracting(CheckResult::check).containsExactly("empty");
		assertThat(FIXTURE.deviations.ofCheckRun(run.id())).hasSize(1);
		await().atMost(Duration.ofSeconds(10))
			.until(() -> FIXTURE.database.jdbc()
				.sql("select count(*) from pg_stat_activity where application_name = 'backout/query'")
				.query(Integer.class)
				.single() == 0);
		assertThatThrownBy(() -> FIXTURE.runs.cancel(begun.id(), MIRA)).hasMessageContaining("does not work any more");
	}

	@Test
	void isNotAtWorkTwice() {
		suite("twice", ENDLESS);
		var first = start("twice");

		assertThatThrownBy(() -> start("twice")).isInstanceOfSatisfying(Rejected.class, (ex) -> {
			assertThat(ex.code()).isEqualTo("check-run.active");
			assertThat(ex.reason()).contains(first.id());
		});
		FIXTURE.runs.cancel(first.id(), MIRA);
		ended(first);
	}

	@Test
	void takesTheRole() {
		suite("forbidden", "select 1");

		assertThatThrownBy(() -> this.work.start(SuiteRequest.of("forbidden", "shop", null, "vera"), VERA))
			.isInstanceOfSatisfying(Rejected.class, (ex) -> assertThat(ex.code()).isEqualTo("check.forbidden"));
		assertThatThrownBy(() -> FIXTURE.runs.close("any", VERA)).hasMessageContaining("takes the role operator");
		assertThatThrownBy(() -> FIXTURE.runs.cancel("any", VERA)).hasMessageContaining("takes the role operator");
	}

	@Test
	void closesOnlyWhenEachDeviationHasItsCauseAndDecision() {
		suite("closing", "select 1 where false");
		var run = ended(start("closing"));
		var deviation = run.results().get(0).deviation();

		assertThat(run.closedAt()).isNull();
		assertThatThrownBy(() -> FIXTURE.runs.close(run.id(), MIRA)).isInstanceOfSatisfying(Rejected.class, (ex) -> {
			assertThat(ex.code()).isEqualTo("check.unsettled");
			assertThat(ex.reason()).contains("'empty' (omar) has no cause");
		});
		FIXTURE.deviations.explain(deviation, "A test row", "mira");
		assertThatThrownBy(() -> FIXTURE.runs.close(run.id(), MIRA)).hasMessageContaining("has no decision");
		FIXTURE.deviations.accept(deviation, "Harmless", "mira");

		assertThat(FIXTURE.runs.close(run.id(), MIRA).closedBy()).isEqualTo("mira");
		assertThat(FIXTURE.deeds).last().satisfies((deed) -> assertThat(deed.kind()).isEqualTo("check.closed"));
	}

	@Test
	void whatHoldsClosesByItself() {
		suite("holds", "select 1 where false");
		FIXTURE.execute("delete from thing");

		assertThat(ended(start("holds")).closedAt()).isNotNull();
	}

	@Test
	void theNodeThatDiedIsNotWaitedFor() {
		suite("died", "select 1");
		var work = FIXTURE.runs.begin(SuiteRequest.of("died", "shop", null, "mira"));
		FIXTURE.jdbc.sql("update backout.check_run set beat_at = now() - interval '1 minute' where id = :id")
			.param("id", work.id())
			.update();

		assertThat(FIXTURE.runs.get(work.id()).state()).isEqualTo(SuiteRun.State.CUT_SHORT);
		assertThat(ended(start("died")).state()).isEqualTo(SuiteRun.State.FINISHED);
	}

	@Test
	void isComparedWithTheLastRunAndWithTheRehearsal() {
		suite("compared", "select 1 where false");
		FIXTURE.execute("delete from thing");
		var rehearsal = FIXTURE.runs.run(
				SuiteRequest.of("compared", "shop", "shop-2", "mira").rehearsing("REHEARSAL", ""),
				SuiteRuns.Progress.NONE);
		FIXTURE.execute("insert into thing values (1)");
		FIXTURE.runs.run(SuiteRequest.of("compared", "shop", "shop-2", "mira"), SuiteRuns.Progress.NONE);
		FIXTURE.execute("insert into thing values (2)");

		var run = FIXTURE.runs.run(SuiteRequest.of("compared", "shop", "shop-2", "mira"), SuiteRuns.Progress.NONE);

		var result = run.results().get(0);
		assertThat(result.value()).isEqualTo("2");
		assertThat(result.before()).satisfies((before) -> assertThat(before.value()).isEqualTo("1"));
		assertThat(result.rehearsed()).satisfies((earlier) -> assertThat(earlier.run()).isEqualTo(rehearsal.id()))
			.satisfies((earlier) -> assertThat(earlier.outcome()).isEqualTo(Outcome.PASS));
		assertThat(result.unlikeRehearsed()).isTrue();
		assertThat(FIXTURE.runs.trends(run).get("empty").points()).extracting(Trend.Point::value)
			.containsExactly("1", "2");
		assertThat(FIXTURE.runs.overview()).filteredOn((row) -> row.suite().equals("compared"))
			.singleElement()
			.satisfies((row) -> assertThat(row.last().id()).isEqualTo(run.id()));
	}

	@Test
	void releaseIsCheckedByTheVersionThatItsStateWasRecordedWith() {
		suite("pinned", "select 1 where false");
		var then = FIXTURE.suites.all().get(0).version();
		FIXTURE.baselines.record("shop", "before-shop-7", "mira");
		suite("pinned", "select 1");

		var ofTheRelease = FIXTURE.runs.run(SuiteRequest.of("pinned", "shop", "shop-7", "mira"),
				SuiteRuns.Progress.NONE);
		var newest = FIXTURE.runs.run(SuiteRequest.of("pinned", "shop", null, "mira"), SuiteRuns.Progress.NONE);

		assertThat(ofTheRelease.version()).isEqualTo(then);
		assertThat(ofTheRelease.results().get(1).outcome()).isEqualTo(Outcome.PASS);
		assertThat(newest.version()).isEqualTo(then + 1);
		assertThat(newest.results().get(1).outcome()).isEqualTo(Outcome.FAIL);
	}

	@Test
	void usedVersionCannotBeRewritten() {
		suite("rewritten", "select 1 where false");
		start("rewritten");
		var version = FIXTURE.suites.all().get(0).version();
		FIXTURE.exactSuite("""
				suite: rewritten
				version: %d
				title: Tampered
				checks:
				  - {name: empty, kind: invalid-indexes, severity: SEV1, owner: omar}
				""".formatted(version));

		assertThatThrownBy(() -> start("rewritten")).isInstanceOfSatisfying(Rejected.class,
				(ex) -> assertThat(ex.code()).isEqualTo("check-suite.same-version"));
		assertThatThrownBy(() -> start("rewritten@99")).hasMessageContaining("was never used");
	}

}
