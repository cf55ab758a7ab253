package dev.backout.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.backout.demo.DemoRollback;
import dev.backout.kernel.Rejected;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.PlanStep;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import dev.backout.run.Runs;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** The rollback of the demo from its declaration to its end, and what held. */
class DemoPlay {

	private static final Duration LONGEST = Duration.ofMinutes(10);

	private static final long LOOK_EVERY_MILLIS = 200;

	private final ApplicationContext context;

	private final PrintStream out;

	private final DemoRollback people;

	private final Runs runs;

	private final Inbox inbox;

	private final DemoProgress progress;

	private @Nullable RunId run;

	private @Nullable String selfApproval;

	DemoPlay(ApplicationContext context, PrintStream out) {
		this.context = context;
		this.out = out;
		this.people = context.getBean(DemoRollback.class);
		this.runs = context.getBean(Runs.class);
		this.inbox = context.getBean(Inbox.class);
		this.progress = new DemoProgress(out);
	}

	/** Rolls back; false when the run did not reach its goal. */
	boolean rollBack() throws InterruptedException {
		var id = this.people.underWay().map(this::goOn).orElseGet(this::declare);
		this.run = id;
		var until = Instant.now().plus(LONGEST);
		while (!this.runs.get(id).state().ended()) {
			this.progress.show(this.runs.steps(id), Instant.now());
			if (this.runs.get(id).state() == RunState.STUCK) {
				return stuck(id);
			}
			if (Instant.now().isAfter(until)) {
				this.progress.line("The run did not end within " + DemoProgress.seconds(LONGEST));
				return false;
			}
			for (var task : this.inbox.open(id)) {
				answer(task);
			}
			Thread.sleep(LOOK_EVERY_MILLIS);
		}
		this.progress.show(this.runs.steps(id), Instant.now());
		var ended = this.runs.get(id);
		this.progress.line("The run ended: %s".formatted(ended.outcome()));
		return ended.state() == RunState.DONE;
	}

	private RunId declare() {
		var plan = this.people.plan();
		show(plan);
		var id = this.people.declare(plan);
		this.out.printf("%nmira declares the rollback: run %s%n", id);
		return id;
	}

	private RunId goOn(RunId id) {
		this.out.printf("Run %s goes on where it was cut short%n", id);
		return id;
	}

	/** Looks at what must hold now, each by a measurement of its own. */
	boolean summarise(Path place) throws Exception {
		var id = this.run;
		return id != null && new DemoSummary(this.context, this.out, id, this.selfApproval).holds(place);
	}

	private void show(BackoutPlan plan) {
		this.out.printf("Backout plan of %s on %s: %s%n", plan.release(), plan.target(), plan.summary());
		plan.steps().forEach(this::show);
		plan.losses()
			.forEach((loss) -> this.out.printf("    lost: %s %s: %s%n", loss.component(), loss.changeset(),
					loss.what()));
		this.out.printf("    digest %s%n", plan.digest());
	}

	private void show(PlanStep step) {
		this.out.printf("  %2d %-62s %8s  %s%n", step.number(), step.title(),
				DemoProgress.seconds(step.estimate().time()),
				(step.verdict() != null) ? step.verdict() : step.estimate().source());
	}

	private void answer(InboxTask task) {
		try {
			if (task.kind() == InboxTask.Kind.APPROVAL && this.selfApproval == null) {
				this.selfApproval = this.people.selfApproval(task);
				this.progress.line("  mira tries to approve her own rollback: "
						+ ((this.selfApproval != null) ? this.selfApproval : "and may!"));
			}
			var person = this.people.answer(task);
			this.progress.line("  %s answers '%s'".formatted(person.id(), task.title()));
		}
		catch (Rejected ex) {
			if (!ex.code().equals("demo.nobody") && !ex.code().equals("task.answered")) {
				throw ex;
			}
		}
	}

	private boolean stuck(RunId id) {
		this.runs.steps(id)
			.stream()
			.map(RunStep::incident)
			.filter((incident) -> incident != null)
			.forEach((incident) -> this.progress.line("A step failed past its retries: " + incident.cause()));
		return false;
	}

	/** Something that must hold. */
	record Claim(String what, boolean held, String detail) {

		static Claim of(String what, List<String> against, String detail) {
			return new Claim(what, against.isEmpty(), against.isEmpty() ? detail : String.join("; ", against));
		}

	}

}
