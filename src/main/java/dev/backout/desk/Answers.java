package dev.backout.desk;

import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.plan.PlanStep;
import dev.backout.plan.Plans;
import dev.backout.run.Answer;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Answers to tasks as people give them, on a page or over REST: the point of no return
 * wants the target's name typed, and a message leaves with the answer.
 */
@Component
public class Answers {

	/** The choice of an approval that lets it happen; every other one stops it. */
	public static final String APPROVE = "approve";

	/** Property of an approval after which only a restore, or another exchange, helps. */
	private static final String POINT_OF_NO_RETURN = "pointOfNoReturn";

	private final Inbox inbox;

	private final Plans plans;

	private final Letters letters;

	Answers(Inbox inbox, Plans plans, Letters letters) {
		this.inbox = inbox;
		this.plans = plans;
		this.letters = letters;
	}

	/**
	 * Gives an answer.
	 * @param confirm the target's name as it was typed; needed only to approve a point of
	 * no return
	 * @throws Rejected {@code task.confirm} when it was not typed, {@code task.stale}
	 * when the target is no longer as it was when the plan was sealed, and whatever the
	 * inbox refuses
	 */
	public void give(String taskId, String decision, @Nullable String reason, Map<String, String> fields,
			@Nullable String seal, @Nullable String confirm, Person by) {
		var task = this.inbox.find(taskId);
		if (task.isPresent() && task.get().kind() == InboxTask.Kind.MESSAGE && decision.equals(Letters.SEND)) {
			this.letters.send(task.get(), fields, by);
			return;
		}
		task.ifPresent((asked) -> requireCurrentAndConfirmed(asked, decision, confirm, by));
		this.inbox.answer(taskId, new Answer(decision, blankToNull(reason), fields, blankToNull(seal)), by);
	}

	private void requireCurrentAndConfirmed(InboxTask task, String decision, @Nullable String confirm, Person by) {
		if (task.kind() != InboxTask.Kind.APPROVAL || !decision.equals(APPROVE) || !task.mayAnswer(by)) {
			return;
		}
		if ("true".equals(task.properties().get(POINT_OF_NO_RETURN))) {
			// A restore: what was sealed is looked at again when it is carried out.
			requireConfirmed(task, confirm);
			return;
		}
		var plan = this.plans.compute(task.release(), task.target());
		if (!plan.digest().equals(task.seal())) {
			throw new Rejected("task.stale",
					"What would run has changed since the plan was sealed (%s then, %s now), and nothing was approved: refuse, and declare the rollback anew with the plan as it is"
						.formatted(shorten(String.valueOf(task.seal())), shorten(plan.digest())));
		}
		if (plan.steps().stream().noneMatch(PlanStep::pointOfNoReturn)) {
			return;
		}
		requireConfirmed(task, confirm);
	}

	private static void requireConfirmed(InboxTask task, @Nullable String confirm) {
		if (confirm == null || !confirm.strip().equals(task.target())) {
			throw new Rejected("task.confirm",
					"Nothing was approved: type the target's name, '%s', exactly".formatted(task.target()));
		}
	}

	private static String shorten(String digest) {
		return digest.substring(0, Math.min(12, digest.length()));
	}

	private static @Nullable String blankToNull(@Nullable String text) {
		return (text == null || text.isBlank()) ? null : text.strip();
	}

}
