package dev.backout.lesson;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.backout.TestDatabase;
import dev.backout.check.Deviation;
import dev.backout.check.Deviations;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import dev.backout.run.Severity;
import dev.backout.run.TimelineEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.willDoNothing;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/** Reviews: drafted from the record, finished by a person, once. */
class ReviewTests {

	private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

	private static final Person MIRA = new Person("mira", "Mira", "mira@example.org", Set.of(Role.OPERATOR));

	private static final Deviations DEVIATIONS = mock(Deviations.class);

	@TempDir
	static Path data;

	static LedgerFixture ledger;

	static Reviews reviews;

	@BeforeAll
	static void start() {
		ledger = LedgerFixture.on(TestDatabase.withSchema(), data);
		reviews = new Reviews(ledger.jdbc, ledger.transaction, ledger.ledger, Clock.fixed(NOW, ZoneOffset.UTC),
				new StaticListableBeanFactory(Map.of("deviations", DEVIATIONS)).getBeanProvider(Deviations.class));
	}

	@AfterAll
	static void drop() {
		ledger.database.drop();
	}

	@Test
	void runHasOneReviewHoweverOftenItIsOpened() {
		var run = UUID.randomUUID().toString();

		var first = reviews.add(review(run));
		var again = reviews.add(review(run));

		assertThat(again.id()).isEqualTo(first.id());
		assertThat(reviews.open()).extracting(Review::run).contains(run);
		assertThat(ledger.proofs.entries(run)).extracting((entry) -> entry.deed().kind())
			.containsExactly("review.opened");
	}

	@Test
	void isNotFinishedAsItWasDrafted() {
		var review = reviews.add(review(UUID.randomUUID().toString()));

		refused("review.unwritten", () -> reviews.close(review.id(), MIRA));
		reviews.write(review.id(), "# What we learnt\n", MIRA);
		var closed = reviews.close(review.id(), MIRA);

		assertThat(closed.open()).isFalse();
		assertThat(closed.closedBy()).isEqualTo("mira");
		assertThat(closed.draft()).isEqualTo("# Draft\n");
		refused("review.closed", () -> reviews.write(review.id(), "more", MIRA));
		refused("review.closed", () -> reviews.close(review.id(), MIRA));
		assertThat(ledger.proofs.entries(review.run())).extracting((entry) -> entry.deed().kind())
			.containsExactly("review.opened", "review.closed");
	}

	@Test
	void isNotFinishedWhileADeviationIsUndecided() {
		var review = reviews.add(review(UUID.randomUUID().toString()));
		reviews.write(review.id(), "# What we learnt\n", MIRA);
		willThrow(new Rejected("check.unsettled", "no cause")).given(DEVIATIONS).requireSettled(review.run());

		refused("check.unsettled", () -> reviews.close(review.id(), MIRA));

		willDoNothing().given(DEVIATIONS).requireSettled(review.run());
		assertThat(reviews.close(review.id(), MIRA).open()).isFalse();
	}

	@Test
	void overdueOnlyWhileOpen() {
		var review = review(UUID.randomUUID().toString());

		assertThat(review.overdue(NOW)).isFalse();
		assertThat(review.overdue(NOW.plus(Duration.ofDays(6)))).isTrue();
	}

	@Test
	void draftSaysWhatTookLongAndWhatWasBelowItsMinimum() {
		var draft = ReviewDraft.of(run(),
				List.of(new RunStep("Task_TakeBackup", "Take a backup", "backup.take", RunStep.State.DONE, null,
						NOW.minusSeconds(90), NOW.minusSeconds(30), Duration.ofSeconds(41), 2, null, null, null, false),
						new RunStep("Task_Revert", "Undo", "migration.revert", RunStep.State.AHEAD, null, null, null,
								null, 0, null, null, null, false)),
				List.of(new TimelineEntry(1, NOW.minusSeconds(100), "run.started", "mira", null, "Declared")),
				List.of(new Deviation("d1", "run", "shop", "no-row-lost", "shop", "SEV1", "omar", "3 rows are missing",
						NOW, null, null, null, null, null, null)),
				NOW);

		assertThat(draft).contains("# Rollback of shop-2 on shop", "| Take a backup | 60.0 s | 41.0 s | 2 | done |",
				"- no-row-lost (SEV1, owner omar): 3 rows are missing. Cause: not given. undecided",
				"- 02:58:20 mira: Declared", "1. What let the release reach users");
		assertThat(draft).doesNotContain("| Undo |");
	}

	private static void refused(String code, Runnable deed) {
		assertThatExceptionOfType(Rejected.class).isThrownBy(deed::run)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(code));
	}

	private static Run run() {
		return new Run(RunId.of("11111111-2222-3333-4444-555555555555"), RunKind.REAL,
				new PlaybookVersion("rollback-release", 1, "Roll back", "ab"), "shop-2", "shop", "mira", "mira",
				Severity.SEV2, "errors", null, RunState.DONE, NOW.minusSeconds(100), null, null);
	}

	private static Review review(String run) {
		return new Review(UUID.randomUUID(), run, "shop-2", "shop", "Rollback of shop-2", "mira", "commander", NOW,
				NOW.plus(Duration.ofDays(5)), "# Draft\n", "# Draft\n", null, null, null);
	}

}
