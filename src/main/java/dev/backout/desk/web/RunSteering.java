package dev.backout.desk.web;

import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.run.Inbox;
import dev.backout.run.RunId;
import dev.backout.run.Runs;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What people do to a run from its page; whether they may is the run module's to say. */
@Controller
class RunSteering {

	private final Runs runs;

	private final Inbox inbox;

	private final People people;

	RunSteering(Runs runs, Inbox inbox, People people) {
		this.runs = runs;
		this.inbox = inbox;
		this.people = people;
	}

	@PostMapping("/runs/{id}/steps/{step}/retry")
	String retry(@PathVariable String id, @PathVariable String step, @RequestParam String reason, Person me) {
		this.runs.retry(RunId.of(id), step, me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/steps/{step}/skip")
	String skip(@PathVariable String id, @PathVariable String step, @RequestParam String reason, Person me) {
		this.runs.skip(RunId.of(id), step, me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/steps/{step}/cancel")
	String cancel(@PathVariable String id, @PathVariable String step, @RequestParam String reason, Person me) {
		this.runs.cancel(RunId.of(id), step, me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/abort")
	String abort(@PathVariable String id, @RequestParam String reason, Person me) {
		this.runs.abort(RunId.of(id), me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/commander")
	String takeOver(@PathVariable String id, @RequestParam String reason, Person me) {
		this.runs.takeOver(RunId.of(id), me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/hand-over")
	String handOver(@PathVariable String id, @RequestParam String person, @RequestParam String reason, Person me) {
		this.runs.handOver(RunId.of(id), this.people.get(person), me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/reassign")
	String reassign(@PathVariable String id, @RequestParam String task, @RequestParam String person,
			@RequestParam String reason, Person me) {
		this.inbox.reassign(task, this.people.get(person), me, reason);
		return "redirect:/runs/{id}";
	}

	@PostMapping("/runs/{id}/notes")
	String note(@PathVariable String id, @RequestParam String text, Person me) {
		this.runs.note(RunId.of(id), me, text);
		return "redirect:/runs/{id}";
	}

}
