package dev.backout.people;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.people.EscalationPolicy.Ask;
import dev.backout.people.EscalationPolicy.Level;
import dev.backout.people.LogIns.LogInRefused;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/** People, log-ins, tokens and rotations on a real database. */
class PeopleTests {

	static final String PASSWORD = "correct horse battery";

	@TempDir
	static Path data;

	static LedgerFixture ledger;

	static People people;

	Instant now = Instant.parse("2026-11-23T03:00:00Z");

	@BeforeAll
	static void start() {
		ledger = LedgerFixture.on(TestDatabase.withSchema(), data);
		people = new People(ledger.jdbc, ledger.transaction, ledger.ledger, new Passwords());
		people.add(new Person("mira", "Mira Lang", "mira@example.org", Set.of(Role.OPERATOR, Role.APPROVER)), PASSWORD,
				"system");
		people.add(new Person("omar", "Omar Said", "omar@example.org", Set.of(Role.APPROVER)), PASSWORD, "system");
		people.add(new Person("lena", "Lena Roth", "lena@example.org", Set.of(Role.OPERATOR)), null, "system");
	}

	@BeforeEach
	void forgetFailures() {
		ledger.jdbc.sql("delete from backout.log_in_failure").update();
	}

	LogIns logIns() {
		return new LogIns(ledger.jdbc, ledger.transaction, people, new Passwords(), ledger.ledger, clock());
	}

	ApiTokens tokens() {
		return new ApiTokens(ledger.jdbc, ledger.transaction, people, ledger.ledger, clock());
	}

	OnCall onCall() {
		return new OnCall(ledger.jdbc, ledger.transaction, people, ledger.ledger,
				new ObjectMapper().registerModule(new JavaTimeModule()));
	}

	private Clock clock() {
		return Clock.fixed(this.now, ZoneOffset.UTC);
	}

	@Test
	void knowsPeople() {
		assertThat(people.get("mira").name()).isEqualTo("Mira Lang");
		assertThat(people.having(Role.APPROVER)).extracting(Person::id).contains("mira", "omar");
		assertThat(people.nameOf("system")).isEqualTo("system");
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> people.get("nobody"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("people.unknown"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> people.add(new Person("mira", "x", "x@x", Set.of()), null, "system"));
	}

	@Test
	void recordsWhoAddedWhom() {
		var entry = ledger.proofs.entries("lena").get(0);

		assertThat(entry.deed().kind()).isEqualTo("person.added");
		assertThat(entry.deed().parameters()).containsEntry("roles", "OPERATOR").doesNotContainKey("password");
	}

	@Test
	void letsInWithTheRightPasswordOnly() {
		assertThat(logIns().logIn("mira", PASSWORD, "10.0.0.1").id()).isEqualTo("mira");
		for (var wrong : List.of("mira", "nobody", "lena")) {
			assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn(wrong, "wrong", "10.0.0.1"))
				.withMessage("Name or password is wrong");
		}
	}

	@Test
	void aStrangersGuessesDoNotLockOutWhoIsKnownThere() {
		people.add(new Person("pia", "Pia Kranz", "pia@example.org", Set.of(Role.OPERATOR)), PASSWORD, "system");
		assertThat(logIns().logIn("pia", PASSWORD, "10.1.0.1").id()).isEqualTo("pia");
		for (int guess = 0; guess < 5; guess++) {
			guess("pia", "10.1.1." + guess);
		}

		assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn("pia", PASSWORD, "10.1.0.9"))
			.satisfies((ex) -> assertThat(ex.waitFor()).isPresent());
		assertThat(logIns().logIn("pia", PASSWORD, "10.1.0.1").id()).isEqualTo("pia");

		for (int guess = 0; guess < 5; guess++) {
			guess("pia", "10.1.0.1");
		}
		assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn("pia", PASSWORD, "10.1.0.1"))
			.satisfies((ex) -> assertThat(ex.waitFor()).isPresent());
	}

	@Test
	void manyGuessesAtOnceAreNoMoreThanOneAfterTheOther() throws Exception {
		var pool = java.util.concurrent.Executors.newFixedThreadPool(12);
		var together = new java.util.concurrent.CyclicBarrier(12);
		try {
			var guesses = new java.util.ArrayList<java.util.concurrent.Future<Boolean>>();
			for (int guess = 0; guess < 12; guess++) {
				guesses.add(pool.submit(() -> {
					together.await();
					try {
						logIns().logIn("mira", "wrong", "10.2.0.1");
						return true;
					}
					catch (LogInRefused ex) {
						return ex.waitFor().isEmpty();
					}
				}));
			}
			var tried = 0;
			for (var guess : guesses) {
				tried += guess.get() ? 1 : 0;
			}
			assertThat(tried).isLessThanOrEqualTo(5);
		}
		finally {
			pool.shutdownNow();
			ledger.jdbc.sql("delete from backout.log_in_failure where person = 'mira'").update();
		}
	}

	@Test
	void slowsGuessingDownPerPerson() {
		for (int guess = 0; guess < 5; guess++) {
			guess("omar", "10.0.1." + guess);
		}

		assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn("omar", PASSWORD, "10.0.0.2"))
			.satisfies((ex) -> assertThat(ex.waitFor()).contains(Duration.ofMinutes(15)));
		assertThat(logIns().logIn("mira", PASSWORD, "10.0.0.2").id()).isEqualTo("mira");

		this.now = this.now.plus(Duration.ofMinutes(15));
		assertThat(logIns().logIn("omar", PASSWORD, "10.0.0.2").id()).isEqualTo("omar");
	}

	@Test
	void slowsGuessingDownPerAddress() {
		for (int guess = 0; guess < 30; guess++) {
			guess("stranger-" + guess, "10.0.0.9");
		}

		assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn("mira", PASSWORD, "10.0.0.9"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("people.too-many-log-ins"));
		assertThat(logIns().logIn("mira", PASSWORD, "10.0.0.8").id()).isEqualTo("mira");
	}

	private void guess(String id, String address) {
		assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn(id, "wrong", address));
	}

	@Test
	void keepsTheDisabledOut() {
		people.add(new Person("gone", "Gone", "gone@example.org", Set.of(Role.VIEWER)), PASSWORD, "system");
		var token = tokens().issue("gone", "CI", Set.of(Role.VIEWER), Duration.ofDays(1), "gone");

		people.disable("gone", "mira");

		assertThat(people.find("gone")).isEmpty();
		assertThat(tokens().holderOf(token.secret())).isEmpty();
		assertThatExceptionOfType(LogInRefused.class).isThrownBy(() -> logIns().logIn("gone", PASSWORD, "10.0.0.1"));
		people.enable("gone", "mira");
		assertThat(logIns().logIn("gone", PASSWORD, "10.0.0.1").id()).isEqualTo("gone");
		assertThat(tokens().holderOf(token.secret())).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> people.disable("mira", "mira"));
	}

	@Test
	void passwordsHaveLimits() {
		assertThatIllegalArgumentException().isThrownBy(() -> people.setPassword("lena", "short", "lena"));
		assertThatIllegalArgumentException().isThrownBy(() -> people.setPassword("lena", "x".repeat(73), "lena"));
	}

	@Test
	void aTokenActsForItsPersonWithNoMoreRolesThanItHas() {
		var issued = tokens().issue("mira", "CI of shop", Set.of(Role.OPERATOR), Duration.ofDays(30), "mira");

		assertThat(tokens().holderOf(issued.secret())).hasValueSatisfying((person) -> {
			assertThat(person.id()).isEqualTo("mira");
			assertThat(person.roles()).containsExactly(Role.OPERATOR);
		});
		assertThat(tokens().holderOf(issued.secret() + "x")).isEmpty();
		assertThat(issued.toString()).doesNotContain(issued.secret());
		assertThat(ledger.jdbc.sql("select count(*) from backout.api_token t where t::text like :secret")
			.param("secret", "%" + issued.secret().substring(4) + "%")
			.query(Integer.class)
			.single()).isZero();
		assertThat(tokens().of("mira")).extracting(ApiToken::usedAt).contains(this.now);
	}

	@Test
	void aTokenEnds() {
		var issued = tokens().issue("mira", "short", Set.of(Role.OPERATOR), Duration.ofHours(1), "mira");
		var other = tokens().issue("mira", "revoked", Set.of(Role.OPERATOR), Duration.ofDays(9), "mira");

		tokens().revoke(other.token().id(), "mira");
		assertThat(tokens().holderOf(other.secret())).isEmpty();
		assertThat(tokens().holderOf(issued.secret())).isPresent();

		this.now = this.now.plus(Duration.ofHours(1));
		assertThat(tokens().holderOf(issued.secret())).isEmpty();
	}

	@Test
	void aTokenCannotHaveRolesThatThePersonHasNot() {
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> tokens().issue("omar", "x", EnumSet.of(Role.ADMIN), Duration.ofDays(1), "omar"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("people.token-roles"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> tokens().issue("omar", "x", EnumSet.of(Role.APPROVER), Duration.ofDays(400), "omar"));
	}

	@Test
	void rotationsComeBackAsTheyWereSaved() {
		var rotation = new Rotation("office", "Office", ZoneId.of("America/New_York"),
				LocalDateTime.parse("2026-01-05T09:30"), Duration.ofHours(36), List.of("omar", "mira"),
				Rotation.Hours.onWorkdays(LocalTime.of(8, 0), LocalTime.of(18, 30)));

		onCall().save(rotation, "mira");

		assertThat(onCall().roster("office").rotation()).isEqualTo(rotation);
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> onCall().roster("nothing"))
			.withMessageContaining("office");
	}

	@Test
	void asksTheNextLevelAndShowsWhoWouldBeAsked() {
		onCall().save(Rotation.always("commander", "Commander", ZoneOffset.UTC, LocalDateTime.parse("2026-11-23T00:00"),
				Duration.ofDays(7), List.of("mira", "omar")), "mira");
		onCall().save(new EscalationPolicy("rollback", "Rollback",
				List.of(new Level(Duration.ZERO, List.of(new Ask("commander", 1))),
						new Level(Duration.ofMinutes(15), List.of(new Ask("commander", 2))),
						new Level(Duration.ofMinutes(30), List.of(new Ask("commander", 1), new Ask("commander", 3))))),
				"mira");

		assertThat(onCall().at("commander", 1, this.now))
			.hasValueSatisfying((person) -> assertThat(person.id()).isEqualTo("mira"));
		assertThat(onCall().simulate("rollback", this.now))
			.extracting(OnCall.Page::level, (page) -> (page.person() != null) ? page.person().id() : null)
			.containsExactly(tuple(1, "mira"), tuple(2, "omar"), tuple(3, "mira"), tuple(3, null));
		assertThat(onCall().askedBy("rollback", this.now, this.now.plus(Duration.ofMinutes(20)))).extracting(Person::id)
			.containsExactly("mira", "omar");
	}

	@Test
	void aHandOffLastsUntilTheShiftEnds() {
		onCall().save(Rotation.always("nights", "Nights", ZoneOffset.UTC, LocalDateTime.parse("2026-11-23T00:00"),
				Duration.ofHours(12), List.of("mira", "omar")), "mira");

		var end = onCall().handOff("nights", "lena", this.now, "ill", "mira");

		assertThat(end).isEqualTo("2026-11-23T12:00:00Z");
		assertThat(onCall().at("nights", 1, this.now)).get().extracting(Person::id).isEqualTo("lena");
		assertThat(onCall().at("nights", 1, end)).get().extracting(Person::id).isEqualTo("omar");
	}

	@Test
	void aDisabledPersonLeavesAGap() {
		people.add(new Person("temp", "Temp", "temp@example.org", Set.of(Role.OPERATOR)), null, "system");
		onCall().save(Rotation.always("temps", "Temps", ZoneOffset.UTC, LocalDateTime.parse("2026-11-23T00:00"),
				Duration.ofDays(1), List.of("temp")), "mira");
		assertThat(onCall().gaps("temps", this.now, this.now.plusSeconds(600))).isEmpty();

		people.disable("temp", "mira");

		assertThat(onCall().gaps("temps", this.now, this.now.plusSeconds(600))).hasSize(1);
		assertThat(onCall().at("temps", 1, this.now)).isEmpty();
	}

}
