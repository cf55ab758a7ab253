package dev.backout.desk.web;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.backout.comms.Message;
import dev.backout.desk.Answers;
import dev.backout.desk.Letters;
import dev.backout.desk.Problems;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.Runs;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A task: what it is about, so that it can be answered without looking elsewhere. */
@Controller
class TaskPages {

	private static final String FIELD = "field.";

	/** The button of a message task that keeps what was written without sending it. */
	private static final String KEEP = "keep";

	private final Inbox inbox;

	private final Answers answers;

	private final Letters letters;

	private final Runs runs;

	private final TaskFacts facts;

	TaskPages(Inbox inbox, Answers answers, Letters letters, Runs runs, TaskFacts facts) {
		this.inbox = inbox;
		this.answers = answers;
		this.letters = letters;
		this.runs = runs;
		this.facts = facts;
	}

	@GetMapping("/tasks/{id}")
	String task(@PathVariable String id, Person me, Model model, HttpServletResponse response) {
		return show(id, me, Map.of(), model, response);
	}

	@PostMapping("/tasks/{id}")
	String answer(@PathVariable String id, @RequestParam String decision, HttpServletRequest request, Person me,
			Model model, HttpServletResponse response) {
		var run = this.inbox.runOf(id);
		try {
			var message = this.inbox.find(id).filter((task) -> task.kind() == InboxTask.Kind.MESSAGE);
			if (message.isPresent() && decision.equals(KEEP)) {
				this.letters.edit(message.get(), fields(request), me);
				return "redirect:/tasks/{id}";
			}
			this.answers.give(id, decision, request.getParameter("reason"), fields(request),
					request.getParameter("seal"), request.getParameter("confirm"), me);
			return run.map((of) -> "redirect:/runs/" + of).orElse("redirect:/");
		}
		catch (Rejected ex) {
			response.setStatus(Problems.statusOf(ex).value());
			model.addAttribute("fault", ex.reason());
			model.addAttribute("reason", request.getParameter("reason"));
			model.addAttribute("chosen", decision);
			return show(id, me, fields(request), model, response);
		}
	}

	private String show(String id, Person me, Map<String, String> typed, Model model, HttpServletResponse response) {
		var task = this.inbox.find(id);
		if (task.isEmpty()) {
			return gone(id, model, response);
		}
		model.addAttribute("task", task.get());
		model.addAttribute("typed", typed);
		model.addAttribute("forbidden", task.get().forbidden(me));
		model.addAttribute("run", this.runs.get(task.get().run()));
		this.facts.add(task.get(), model);
		if (task.get().kind() == InboxTask.Kind.MESSAGE) {
			addLetter(task.get(), me, typed, model);
		}
		return switch (task.get().kind()) {
			case APPROVAL -> "approval";
			case MESSAGE -> "message-task";
			case DECISION -> "decision";
		};
	}

	/** Opening the page drafts the message for the one who sends it, for nobody else. */
	private void addLetter(InboxTask task, Person me, Map<String, String> typed, Model model) {
		var template = this.letters.template(task);
		Optional<Message> draft = task.mayAnswer(me) ? Optional.of(this.letters.draft(task, me))
				: this.letters.draftOf(task);
		model.addAttribute("template", template);
		model.addAttribute("draft", draft.orElse(null));
		draft.ifPresent((message) -> {
			var values = new HashMap<>(this.letters.values(message, me));
			values.putAll(typed);
			model.addAttribute("letter", LetterField.of(template, values));
		});
	}

	/**
	 * Answered by somebody else meanwhile, or withdrawn: says so, and leads to the run.
	 */
	private String gone(String id, Model model, HttpServletResponse response) {
		try {
			this.inbox.get(id);
		}
		catch (Rejected ex) {
			response.setStatus(Problems.statusOf(ex).value());
			model.addAttribute("gone", ex.reason());
			model.addAttribute("runId", this.inbox.runOf(id).map(Object::toString).orElse(null));
		}
		return "task-gone";
	}

	private static Map<String, String> fields(HttpServletRequest request) {
		var fields = new LinkedHashMap<String, String>();
		request.getParameterMap().forEach((name, values) -> {
			if (name.startsWith(FIELD)) {
				var field = name.substring(FIELD.length());
				fields.put(field, LetterField.parse(field, values[0]));
			}
		});
		return fields;
	}

}
