package dev.backout.desk.web;

import java.util.Optional;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.backup.RestoreChoice;
import dev.backout.backup.Restores;
import dev.backout.check.Deviations;
import dev.backout.kernel.Rejected;
import dev.backout.plan.PlanStep;
import dev.backout.plan.Plans;
import dev.backout.run.Escalation;
import dev.backout.run.InboxTask;
import dev.backout.run.Run;
import dev.backout.run.Runs;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** What somebody must know to answer a task. */
@Component
class TaskFacts {

	private final Plans plans;

	private final Backups backups;

	private final Restores restores;

	private final Deviations deviations;

	private final Escalation escalation;

	private final Runs runs;

	TaskFacts(Plans plans, Backups backups, Restores restores, Deviations deviations, Escalation escalation,
			Runs runs) {
		this.plans = plans;
		this.backups = backups;
		this.restores = restores;
		this.deviations = deviations;
		this.escalation = escalation;
		this.runs = runs;
	}

	void add(InboxTask task, Model model) {
		var run = this.runs.get(task.run());
		model.addAttribute("backup", backup(run).orElse(null));
		model.addAttribute("deviations", this.deviations.of(run.id().toString()));
		model.addAttribute("nextPerson", this.escalation.next(task).orElse(null));
		var restore = this.restores.chosen(run.id().toString());
		restore.ifPresent((choice) -> addRestore(task, choice, model));
		if (task.kind() == InboxTask.Kind.APPROVAL && restore.isEmpty()) {
			addPlan(task, model);
		}
	}

	/** Of a restore: the chosen backup, what it will take, and what is lost. */
	private void addRestore(InboxTask task, RestoreChoice choice, Model model) {
		model.addAttribute("restore", choice);
		model.addAttribute("backup", this.backups.find(choice.backup()).orElse(null));
		model.addAttribute("stale", task.seal() != null && !task.seal().equals(choice.digest()));
		model.addAttribute("noReturn", true);
	}

	private void addPlan(InboxTask task, Model model) {
		try {
			var plan = this.plans.compute(task.release(), task.target());
			model.addAttribute("plan", plan);
			model.addAttribute("stale", task.seal() != null && !task.seal().equals(plan.digest()));
			model.addAttribute("noReturn", plan.steps().stream().anyMatch(PlanStep::pointOfNoReturn));
		}
		catch (Rejected ex) {
			model.addAttribute("noPlan", ex.reason());
		}
	}

	/** The one that this run took: the newest of the target since the run began. */
	private Optional<Backup> backup(Run run) {
		return this.backups.list()
			.stream()
			.filter((backup) -> backup.target().equals(run.target()) && !backup.takenAt().isBefore(run.startedAt()))
			.findFirst();
	}

}
