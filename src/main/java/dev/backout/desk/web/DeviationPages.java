package dev.backout.desk.web;

import dev.backout.check.CheckPermissions;
import dev.backout.check.Deviations;
import dev.backout.people.Person;
import dev.backout.people.Role;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A deviation: what was found, why, and what was decided. */
@Controller
class DeviationPages {

	private final Deviations deviations;

	DeviationPages(Deviations deviations) {
		this.deviations = deviations;
	}

	@GetMapping("/checks/deviations/{id}")
	String deviation(@PathVariable String id, Person me, Model model) {
		model.addAttribute("deviation", this.deviations.get(id));
		model.addAttribute("mayExplain", me.has(Role.OPERATOR) || me.has(Role.ADMIN));
		model.addAttribute("mayAccept", me.has(Role.APPROVER) || me.has(Role.ADMIN));
		return "deviation";
	}

	@PostMapping("/checks/deviations/{id}/cause")
	String explain(@PathVariable String id, @RequestParam String text, Person me) {
		CheckPermissions.demand(me, Role.OPERATOR, "say what caused a deviation");
		this.deviations.explain(id, text, me.id());
		return "redirect:/checks/deviations/{id}";
	}

	@PostMapping("/checks/deviations/{id}/acceptance")
	String accept(@PathVariable String id, @RequestParam String text, Person me) {
		CheckPermissions.demand(me, Role.APPROVER, "accept a deviation");
		this.deviations.accept(id, text, me.id());
		return "redirect:/checks/deviations/{id}";
	}

}
