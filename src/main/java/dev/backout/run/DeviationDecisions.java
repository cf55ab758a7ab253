package dev.backout.run;

import dev.backout.check.Deviations;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Writes down what the answer to a decision says about the run's deviations: to accept
 * the result is to accept each of them, with a cause and a reason, by name. To say that
 * all are settled is refused while one is not.
 */
@Component
class DeviationDecisions {

	/** Field of the playbook that asks why it happened. */
	private static final String CAUSE = "cause";

	private final ObjectProvider<Deviations> deviations;

	DeviationDecisions(ObjectProvider<Deviations> deviations) {
		this.deviations = deviations;
	}

	/** In the transaction of the answer: both stand, or neither. */
	void settle(InboxTask task, Answer answer, Person by) {
		if (task.kind() != InboxTask.Kind.DECISION) {
			return;
		}
		if (answer.decision().equals("settled")) {
			this.deviations.ifAvailable((all) -> all.requireSettled(task.run().toString()));
		}
		if (answer.decision().equals("accept")) {
			accept(task, answer, by);
		}
	}

	private void accept(InboxTask task, Answer answer, Person by) {
		var run = task.run().toString();
		this.deviations.ifAvailable((all) -> {
			var open = all.unsettled(run);
			var cause = answer.fields().getOrDefault(CAUSE, "");
			if (cause.isBlank() && open.stream().anyMatch((deviation) -> deviation.cause() == null)) {
				throw new Rejected("task.field",
						"Say what caused '%s' before you accept it".formatted(open.get(0).check()));
			}
			if (!open.isEmpty()) {
				all.acceptAll(run, cause, (answer.reason() != null) ? answer.reason() : "", by.id());
			}
		});
	}

}
