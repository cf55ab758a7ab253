package dev.backout.demo;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.desk.Letters;
import dev.backout.kernel.Rejected;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.Plans;
import dev.backout.run.Answer;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunRequest;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Plays the people of the demo: mira declares the rollback, omar approves it, whoever is
 * named sends the messages. What a person would have to think about is not answered.
 */
@Component
@ConditionalOnProperty("backout.demo.enabled")
public class DemoRollback {

	private static final Set<String> SIMPLE = Set.of("approve", "send");

	private final Plans plans;

	private final Runs runs;

	private final Inbox inbox;

	private final Letters letters;

	private final People people;

	DemoRollback(Plans plans, Runs runs, Inbox inbox, Letters letters, People people) {
		this.plans = plans;
		this.runs = runs;
		this.inbox = inbox;
		this.letters = letters;
		this.people = people;
	}

	/** The plan that mira sees. */
	public BackoutPlan plan() {
		return this.plans.compute(DemoInstallation.BAD, DemoTarget.NAME);
	}

	/** The rollback that an earlier process began and did not end. */
	public Optional<RunId> underWay() {
		return this.runs.active(DemoInstallation.BAD, DemoTarget.NAME).map((run) -> run.id());
	}

	/** Declares the rollback of the bad release, or finds the one under way. */
	public RunId declare(BackoutPlan plan) {
		return underWay()
			.orElseGet(() -> this.runs.start(
					RunRequest.rollback(DemoInstallation.BAD, DemoTarget.NAME, Severity.SEV2,
							"Six requests in a hundred fail since the release", plan.digest()),
					this.people.get("mira")));
	}

	/**
	 * Lets the one who declared try to approve.
	 * @return why the server refused, or nothing when it did not
	 */
	public @Nullable String selfApproval(InboxTask approval) {
		try {
			this.inbox.answer(approval.id(), Answer.of("approve", null, approval.seal()),
					this.people.get(approval.requester()));
			return null;
		}
		catch (Rejected ex) {
			return ex.reason();
		}
	}

	/**
	 * Answers a task as the person who is asked.
	 * @throws Rejected {@code demo.decision} if the task needs a decision
	 */
	public Person answer(InboxTask task) {
		var choice = task.choices()
			.stream()
			.map(InboxTask.Choice::value)
			.filter(SIMPLE::contains)
			.findFirst()
			.orElseThrow(() -> new Rejected("demo.decision",
					"'%s' needs a person's decision: something did not hold".formatted(task.title())));
		var person = task.candidates()
			.stream()
			.sorted()
			.filter((id) -> task.kind() != InboxTask.Kind.APPROVAL || !id.equals(task.requester()))
			.findFirst()
			.map(this.people::get)
			.orElseThrow(() -> new Rejected("demo.nobody", "Nobody may answer '%s' yet".formatted(task.title())));
		if (task.kind() == InboxTask.Kind.MESSAGE) {
			this.letters.send(task, Map.of(), person);
		}
		else {
			this.inbox.answer(task.id(), Answer.of(choice, null, task.seal()), person);
		}
		return person;
	}

}
