package dev.backout.desk.web;

import dev.backout.desk.Problems;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.NewPlaybooks;
import dev.backout.playbook.Playbooks;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Where a playbook begins: from nothing, or like another. */
@Controller
class NewPlaybookPages {

	private final Playbooks playbooks;

	private final NewPlaybooks beginnings;

	NewPlaybookPages(Playbooks playbooks, NewPlaybooks beginnings) {
		this.playbooks = playbooks;
		this.beginnings = beginnings;
	}

	/**
	 * What was filled in.
	 *
	 * @param from id of the playbook to copy; empty for none
	 * @param version of that one
	 */
	record Form(String id, String title, String from, String version) {
	}

	@GetMapping("/playbooks/new")
	String ask(@RequestParam(defaultValue = "") String from, @RequestParam(defaultValue = "") String version, Person me,
			Model model) {
		if (!me.has(Role.DESIGNER)) {
			throw new Rejected("playbook.forbidden", "Only designers begin playbooks");
		}
		var like = from.isEmpty() ? "" : this.playbooks.get(from).title();
		return form(new Form(from.isEmpty() ? "" : from + "-copy", like.isEmpty() ? "" : like + ", copy", from,
				(version.isEmpty() && !from.isEmpty()) ? this.playbooks.newest(from) : version), model);
	}

	@PostMapping("/playbooks/new")
	String begin(Form form, Person me, Model model, HttpServletResponse response) {
		try {
			var id = form.id().strip();
			if (form.from().isEmpty()) {
				this.beginnings.begin(id, form.title(), me);
			}
			else {
				this.beginnings.copy(form.from(), form.version(), id, form.title(), me);
			}
			return "redirect:/playbooks/" + id;
		}
		catch (Rejected ex) {
			if (!me.has(Role.DESIGNER)) {
				throw ex;
			}
			response.setStatus(Problems.statusOf(ex).value());
			model.addAttribute("why", ex.reason());
			model.addAttribute("wrong", ex.code().equals("playbook.title") ? "title" : "id");
			return form(form, model);
		}
	}

	private static String form(Form form, Model model) {
		model.addAttribute("form", form);
		model.addAttribute("idPattern", NewPlaybooks.ID);
		return "playbook-new";
	}

}
