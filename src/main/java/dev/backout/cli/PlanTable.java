package dev.backout.cli;

import java.io.PrintStream;

import dev.backout.plan.BackoutPlan;
import dev.backout.plan.PlanStep;

/** A plan for people: a line per step, then what does not come back. */
final class PlanTable {

	private PlanTable() {
	}

	/** Writes the plan, and whether it was read from the target. */
	static void write(BackoutPlan plan, boolean read, PrintStream out) {
		out.printf("Backout plan of %s on %s: %s%n", plan.release(), plan.target(), plan.summary());
		plan.steps().forEach((step) -> write(step, out));
		plan.losses()
			.forEach((loss) -> out.printf("  lost: %s of %s: %s%n", loss.changeset(), loss.component(), loss.what()));
		plan.conflicts().forEach((conflict) -> out.printf("  harms others: %s%n", conflict));
		out.printf("  %s%n", plan.tables().sentence());
		out.println(read ? "  digest " + plan.digest()
				: "  from the catalogue alone: what is deployed, and how much there is, was not looked at");
	}

	private static void write(PlanStep step, PrintStream out) {
		out.printf("  %2d %-62s %8s  %s%s%n", step.number(), step.title(), DemoProgress.seconds(step.estimate().time()),
				(step.verdict() != null) ? step.verdict() : step.estimate().source(),
				step.pointOfNoReturn() ? "  <- point of no return" : "");
	}

}
