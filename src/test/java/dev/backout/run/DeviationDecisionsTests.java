package dev.backout.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.backout.check.Deviation;
import dev.backout.check.Deviations;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What an answer to a decision says about deviations. */
class DeviationDecisionsTests {

	static final Person MIRA = new Person("mira", "Mira", "mira@shop.example", Set.of(Role.APPROVER));

	final List<String> said = new ArrayList<>();

	final DeviationDecisions decisions = new DeviationDecisions(
			new StaticListableBeanFactory(Map.of("deviations", new FakeDeviations()))
				.getBeanProvider(Deviations.class));

	@Test
	void acceptingTakesCauseAndReasonByName() {
		this.decisions.settle(aTask(InboxTask.Kind.DECISION), anAnswer("accept", "A test row"), MIRA);

		assertThat(this.said).containsExactly("A test row / harmless / mira");
	}

	@Test
	void withoutCauseNothingIsAccepted() {
		assertThatThrownBy(() -> this.decisions.settle(aTask(InboxTask.Kind.DECISION), anAnswer("accept", " "), MIRA))
			.isInstanceOf(Rejected.class)
			.hasMessageContaining("'orphans'");
		assertThat(this.said).isEmpty();
	}

	@Test
	void otherAnswersSayNothing() {
		this.decisions.settle(aTask(InboxTask.Kind.DECISION), anAnswer("again", ""), MIRA);
		this.decisions.settle(aTask(InboxTask.Kind.APPROVAL), anAnswer("accept", ""), MIRA);

		assertThat(this.said).isEmpty();
	}

	static InboxTask aTask(InboxTask.Kind kind) {
		return new InboxTask("t", new RunId(UUID.randomUUID()), "Task_DecideDeviation", "Decide", kind, "shop-2",
				"shop", "mira", Severity.SEV2, Set.of("mira"), null, null, 1, Instant.EPOCH, null, null, null,
				List.of(), List.of(), Map.of());
	}

	static Answer anAnswer(String decision, String cause) {
		return new Answer(decision, "harmless", Map.of("cause", cause), null);
	}

	private final class FakeDeviations implements Deviations {

		@Override
		public List<Deviation> of(String run) {
			return List.of(new Deviation("d", run, "shop", "orphans", "shop", "SEV1", "mira", "2 rows", Instant.EPOCH,
					null, null, null, null, null, null));
		}

		@Override
		public Deviation get(String id) {
			throw new UnsupportedOperationException();
		}

		@Override
		public List<Deviation> ofCheckRun(String checkRun) {
			return List.of();
		}

		@Override
		public List<Deviation> unsettled() {
			return List.of();
		}

		@Override
		public Deviation explain(String id, String cause, String person) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Deviation accept(String id, String reason, String person) {
			throw new UnsupportedOperationException();
		}

		@Override
		public List<Deviation> acceptAll(String run, String cause, String reason, String person) {
			DeviationDecisionsTests.this.said.add(cause + " / " + reason + " / " + person);
			return of(run);
		}

		@Override
		public void requireSettled(String run) {
		}

	}

}
