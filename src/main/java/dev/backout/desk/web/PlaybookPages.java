package dev.backout.desk.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backout.desk.Problems;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.Drafts;
import dev.backout.playbook.Finding;
import dev.backout.playbook.Playbooks;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * Playbooks to look at: versions, what is wrong with them, and what changes between two.
 */
@Controller
class PlaybookPages {

	private final Playbooks playbooks;

	private final Drafts drafts;

	PlaybookPages(Playbooks playbooks, Drafts drafts) {
		this.playbooks = playbooks;
		this.drafts = drafts;
	}

	@GetMapping("/playbooks")
	String list(Person me, Model model) {
		model.addAttribute("mayEdit", me.has(Role.DESIGNER));
		model.addAttribute("playbooks", this.playbooks.all());
		return "playbooks";
	}

	@GetMapping("/playbooks/{id}")
	String playbook(@PathVariable String id, Person me, Model model) {
		return version(id, this.playbooks.newest(id), me, model);
	}

	@GetMapping("/playbooks/{id}/versions/{version}")
	String version(@PathVariable String id, @PathVariable String version, Person me, Model model) {
		var glance = this.playbooks.get(id);
		model.addAttribute("playbook", glance);
		model.addAttribute("version", version);
		model.addAttribute("findings", this.playbooks.findings(id, version));
		model.addAttribute("parts", this.playbooks.parts(id, version));
		model.addAttribute("versions", this.playbooks.versions(id));
		model.addAttribute("drafts", this.drafts.of(id));
		model.addAttribute("whyNotDeploy", whyNotDeploy(glance, version, me));
		model.addAttribute("mayEdit", me.has(Role.DESIGNER));
		return "playbook";
	}

	/** Empty when the reader may deploy it. */
	private String whyNotDeploy(Playbooks.Glance glance, String version, Person me) {
		var draft = glance.draft();
		if (draft == null || !version.equals("d" + draft.version())) {
			return "This version is not the one that was saved last";
		}
		if (!me.has(Role.DESIGNER) && !me.has(Role.ADMIN)) {
			return "Designers and administrators deploy playbooks";
		}
		return draft.savedBy().equals(me.id()) ? "You saved this version: somebody else must deploy it" : "";
	}

	@GetMapping(path = "/playbooks/{id}/versions/{version}/playbook.bpmn", produces = MediaType.APPLICATION_XML_VALUE)
	@ResponseBody
	byte[] content(@PathVariable String id, @PathVariable String version) {
		return this.playbooks.content(id, version);
	}

	/** What the diagram draws on the playbook: where rules are broken. */
	@GetMapping(path = "/playbooks/{id}/versions/{version}/marks.json", produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseBody
	Map<String, Object> marks(@PathVariable String id, @PathVariable String version) {
		var marks = new LinkedHashMap<String, Object>();
		this.playbooks.findings(id, version)
			.stream()
			.filter((finding) -> finding.level() == Finding.Level.ERROR)
			.forEach((finding) -> marks.putIfAbsent(finding.element(),
					Map.of("state", "refused", "note", finding.rule())));
		return Map.of("steps", marks, "flows", List.of());
	}

	@GetMapping("/playbooks/{id}/difference")
	String difference(@PathVariable String id, @RequestParam String from, @RequestParam String to, Model model) {
		model.addAttribute("playbook", this.playbooks.get(id));
		model.addAttribute("from", from);
		model.addAttribute("to", to);
		model.addAttribute("differences", this.playbooks.difference(id, from, to));
		return "playbook-difference";
	}

	@PostMapping("/playbooks/{id}/deploy")
	String deploy(@PathVariable String id, @RequestParam int draft, Person me, Model model,
			jakarta.servlet.http.HttpServletResponse response) {
		try {
			this.playbooks.deploy(id, draft, me);
			return "redirect:/playbooks/" + id;
		}
		catch (Rejected ex) {
			response.setStatus(Problems.statusOf(ex).value());
			model.addAttribute("why", ex.reason());
			return playbook(id, me, model);
		}
	}

}
