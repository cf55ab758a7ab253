package dev.backout.desk;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.Estimate;
import dev.backout.plan.PlanStep;
import dev.backout.plan.Plans;
import dev.backout.run.Answer;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.Severity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/** What an answer must be before the task list hears of it. */
class AnswersTests {

	private static final Person OMAR = new Person("omar", "Omar", "omar@example.org",
			Set.of(Role.OPERATOR, Role.APPROVER));

	private final Inbox inbox = mock(Inbox.class);

	private final Plans plans = mock(Plans.class);

	private final Answers answers = new Answers(this.inbox, this.plans, mock(Letters.class));

	@BeforeEach
	void approvalWaits() {
		given(this.inbox.find("t1")).willReturn(Optional.of(approval()));
	}

	@Test
	void approvalOfAPlanThatHasChangedMeanwhileIsRefused() {
		given(this.plans.compute("shop-2", "shop")).willReturn(plan("what-is-there-now", false));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> give("approve", null))
			.withMessageContaining("what-is-seal then, what-is-ther now")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.stale"));
		then(this.inbox).should(never()).answer(any(), any(), any());
	}

	@Test
	void refusalNeedsNoPlan() {
		given(this.plans.compute("shop-2", "shop")).willThrow(new Rejected("plan.nothing-deployed", "nothing there"));

		give("refuse", null);

		then(this.inbox).should().answer("t1", Answer.of("refuse", "because", "what-is-sealed"), OMAR);
	}

	@Test
	void pointOfNoReturnTakesTheTargetsName() {
		given(this.plans.compute("shop-2", "shop")).willReturn(plan("what-is-sealed", true));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> give("approve", "Shop"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.confirm"));
		give("approve", " shop ");

		then(this.inbox).should().answer("t1", Answer.of("approve", "because", "what-is-sealed"), OMAR);
	}

	private void give(String decision, @Nullable String confirm) {
		this.answers.give("t1", decision, "because", Map.of(), "what-is-sealed", confirm, OMAR);
	}

	private static BackoutPlan plan(String digest, boolean noReturn) {
		return new BackoutPlan(
				"shop-2", "shop", List.of(new PlanStep(1, "migration.revert", "Revert", "orders", "ann:1", "LOSSY",
						List.of(), List.of(), new Estimate(Duration.ofSeconds(1), "usual"), noReturn)),
				List.of(), List.of(), digest);
	}

	private static InboxTask approval() {
		return new InboxTask("t1", RunId.of("11111111-2222-3333-4444-555555555555"), "Task_Approve", "Approve",
				InboxTask.Kind.APPROVAL, "shop-2", "shop", "mira", Severity.SEV2, Set.of("omar"), null, "commander", 1,
				Instant.EPOCH, null, null, "what-is-sealed", List.of(), List.of(), Map.of());
	}

}
