package dev.backout.desk.web;

import dev.backout.people.Person;
import dev.backout.run.RunId;
import dev.backout.run.RunMoves;
import dev.backout.run.Runs;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Moving a run to a newer version of its playbook: the difference first. */
@Controller
class RunMovePages {

	private final Runs runs;

	private final RunMoves moves;

	RunMovePages(Runs runs, RunMoves moves) {
		this.runs = runs;
		this.moves = moves;
	}

	@GetMapping("/runs/{id}/move")
	String look(@PathVariable String id, Model model) {
		model.addAttribute("run", this.runs.get(RunId.of(id)));
		model.addAttribute("preview", this.moves.preview(RunId.of(id)));
		return "run-move";
	}

	@PostMapping("/runs/{id}/move")
	String move(@PathVariable String id, @RequestParam int version, @RequestParam String reason, Person me) {
		this.moves.move(RunId.of(id), version, me, reason);
		return "redirect:/runs/{id}";
	}

}
