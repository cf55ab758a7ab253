package dev.backout.check;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.people.PeopleFixture;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Rotation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A check belongs to somebody who is known. */
class SuiteOwnersTests {

	static final CheckFixture FIXTURE = new CheckFixture();

	@AfterAll
	static void drop() {
		FIXTURE.database.drop();
		FIXTURE.own.drop();
	}

	@BeforeEach
	void oneThing() {
		FIXTURE.execute("drop table if exists thing; create table thing (id int); insert into thing values (1)");
		FIXTURE.known.clear();
		FIXTURE.known.addAll(Set.of("commander", "mira"));
	}

	@Test
	void strangerIsNamedWithFileSuiteAndWhoIsKnown() {
		suite("strange", "zoe");

		assertThatThrownBy(() -> start("strange")).isInstanceOfSatisfying(Rejected.class, (ex) -> {
			assertThat(ex.code()).isEqualTo("check-suite.unknown-owner");
			assertThat(ex.reason()).isEqualTo("suite.yaml: suite 'strange' names owners whom nobody knows: "
					+ "'zoe' of check 'empty'. Known are [commander, mira]: name one of them, or add the person or rotation");
		});
		assertThat(FIXTURE.suites.readings().ownerless().values()).extracting(Rejected::reason)
			.singleElement()
			.asString()
			.startsWith("suite.yaml: suite 'strange'");
		assertThat(FIXTURE.suites.all()).hasSize(1);
	}

	@Test
	void onceTheStrangerIsKnownTheSuiteStarts() {
		suite("mended", "zoe");
		FIXTURE.known.add("zoe");

		assertThat(start("mended").results()).hasSize(1);
	}

	@Test
	void rotationOrPersonWillDoAndNobodyIsAskedForBeforeAnybodyIsKnown() {
		suite("by-rotation", "commander");
		assertThat(start("by-rotation").results()).hasSize(1);
		suite("by-person", "mira");
		assertThat(start("by-person").results()).hasSize(1);

		FIXTURE.known.clear();
		suite("early", "zoe");
		assertThat(start("early").results()).hasSize(1);
	}

	@Test
	void statesAreRecordedAllTheSame() {
		suite("recorded", "zoe");

		assertThat(FIXTURE.baselines.record("shop", "before-recorded", "mira").tables()).containsKey("public.thing");
	}

	@Test
	void rollbackIsNotHeldUpByAFileAndItsDeviationIsOpened() {
		suite("rolling", "zoe");

		var run = FIXTURE.runs.run(SuiteRequest.of("rolling", "shop", null, "mira").in("run-7", null),
				SuiteRuns.Progress.NONE);

		assertThat(run.results()).singleElement()
			.satisfies((result) -> assertThat(result.outcome()).isEqualTo(Outcome.FAIL));
		assertThat(FIXTURE.deviations.of("run-7")).singleElement()
			.satisfies((deviation) -> assertThat(deviation.owner()).isEqualTo("zoe"));
	}

	@Test
	void knownAreRotationsAndWhoMayLogIn(@TempDir Path data) {
		var own = LedgerFixture.on(TestDatabase.withSchema(), data);
		var people = PeopleFixture.people(own);
		var onCall = PeopleFixture.onCall(own, people);
		assertThat(new SuiteOwners(people, onCall).names()).isEmpty();

		people.add(new Person("mira", "Mira", "mira@shop.example", Set.of(Role.OPERATOR)), null, "system");
		people.add(new Person("omar", "Omar", "omar@shop.example", Set.of(Role.OPERATOR)), null, "system");
		people.disable("omar", "mira");
		onCall.save(new Rotation("night", "Night", ZoneId.of("UTC"), LocalDateTime.of(2026, 1, 1, 0, 0),
				Duration.ofDays(7), List.of("mira"), null), "mira");

		assertThat(new SuiteOwners(people, onCall).names()).containsExactly("mira", "night");
	}

	private static SuiteRun start(String suite) {
		return FIXTURE.runs.run(SuiteRequest.of(suite, "shop", null, "mira"), SuiteRuns.Progress.NONE);
	}

	private static void suite(String name, String owner) {
		FIXTURE
			.suite("""
					suite: %s
					version: 1
					title: One check
					checks:
					  - {name: empty, kind: business-rule, parameters: {sql: select id from thing}, severity: SEV1, owner: %s}
					"""
				.formatted(name, owner));
	}

}
