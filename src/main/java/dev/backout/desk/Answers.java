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
	 * @throws Rejected {@code task.confirm} when it was not typed, and whatever the inbox
	 * refuses
	 */
	public void give(String taskId, String decision, @Nullable String reason, Map<String, String> fields,
			@Nullable String seal, @Nullable String confirm, Person by) {
		var task = this.inbox.find(taskId);
		if (task.isPresent() && task.get().kind() == InboxTask.Kind.MESSAGE && decision.equals(Letters.SEND)) {
			this.letters.send(task.get(), fields, by);
			return;
		}
		task.ifPresent((asked) -> requireConfirmation(asked, decision, confirm, by));
		this.inbox.answer(taskId, new Answer(decision, blankToNull(reason), fields, blankToNull(seal)), by);
	}

	/** Whether letting it happen means that only a restore helps afterwards. */
	public boolean pointOfNoReturn(InboxTask task) {
		return task.kind() == InboxTask.Kind.APPROVAL && this.plans.compute(task.release(), task.target())
			.steps()
			.stream()
			.anyMatch(PlanStep::pointOfNoReturn);
	}

	private void requireConfirmation(InboxTask task, String decision, @Nullable String confirm, Person by) {
		if (!decision.equals(APPROVE) || !task.mayAnswer(by) || !pointOfNoReturn(task)) {
			return;
		}
		if (confirm == null || !confirm.strip().equals(task.target())) {
			throw new Rejected("task.confirm",
					"Nothing was approved: type the target's name, '%s', exactly".formatted(task.target()));
		}
	}

	private static @Nullable String blankToNull(@Nullable String text) {
		return (text == null || text.isBlank()) ? null : text.strip();
	}

}
