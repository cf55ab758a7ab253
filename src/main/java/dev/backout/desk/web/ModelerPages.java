package dev.backout.desk.web;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import dev.backout.desk.Problems;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.Draft;
import dev.backout.playbook.Drafts;
import dev.backout.playbook.ElementTemplates;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookRefused;
import dev.backout.playbook.Playbooks;
import dev.backout.playbook.RuleBook;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.multipart.MultipartFile;

/** Where designers draw playbooks. */
@Controller
class ModelerPages {

	private final Playbooks playbooks;

	private final Drafts drafts;

	private final PlaybookLint lint;

	ModelerPages(Playbooks playbooks, Drafts drafts, PlaybookLint lint) {
		this.playbooks = playbooks;
		this.drafts = drafts;
		this.lint = lint;
	}

	@GetMapping("/playbooks/{id}/edit")
	String edit(@PathVariable String id, Person me, Model model) {
		if (!me.has(Role.DESIGNER)) {
			throw new Rejected("playbook.forbidden", "Only designers change playbooks");
		}
		model.addAttribute("playbook", this.playbooks.get(id));
		model.addAttribute("version", this.playbooks.newest(id));
		model.addAttribute("basedOn", this.drafts.latest(id).map(Draft::version).orElse(0));
		return "playbook-edit";
	}

	/** What the browser checks with, while somebody draws. */
	@GetMapping(path = "/playbooks/rules.json", produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseBody
	RuleBook rules() {
		return this.lint.book();
	}

	/** What there is to pick and to fill in; other editors for BPMN read it too. */
	@GetMapping(path = "/playbooks/element-templates.json", produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseBody
	List<ElementTemplates.Template> templates() {
		return ElementTemplates.of(this.lint.steps().values());
	}

	/** What was saved last, for who was too late. */
	@GetMapping(path = "/playbooks/{id}/draft", produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseBody
	Draft latest(@PathVariable String id) {
		return this.drafts.latest(id)
			.orElseThrow(() -> new Rejected("playbook.unknown", "Nothing was saved of '%s'".formatted(id)));
	}

	/** Saves what was drawn; what is refused comes with its findings. */
	@PutMapping(path = "/playbooks/{id}/draft", consumes = MediaType.APPLICATION_XML_VALUE,
			produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseBody
	ResponseEntity<Object> save(@PathVariable String id, @RequestParam int basedOn,
			@RequestParam(defaultValue = "") String note, @RequestBody byte[] content, Person me) {
		try {
			return ResponseEntity.ok(this.drafts.save(id, basedOn, content, note, me));
		}
		catch (PlaybookRefused ex) {
			return ResponseEntity.unprocessableEntity()
				.body(Map.of("code", ex.code(), "reason", ex.reason(), "findings", ex.findings()));
		}
		catch (Rejected ex) {
			return ResponseEntity.status(Problems.statusOf(ex)).body(Map.of("code", ex.code(), "reason", ex.reason()));
		}
	}

	/** For who draws with another editor, or without scripts. */
	@PostMapping("/playbooks/{id}/upload")
	String upload(@PathVariable String id, @RequestParam int basedOn, @RequestParam(defaultValue = "") String note,
			@RequestParam MultipartFile file, Person me) throws IOException {
		if (file.getSize() > Drafts.MAX_BYTES) {
			throw new Rejected("playbook.too-large", "The file has %,d bytes, and a playbook has at most %,d"
				.formatted(file.getSize(), Drafts.MAX_BYTES));
		}
		this.drafts.save(id, basedOn, file.getBytes(), note, me);
		return "redirect:/playbooks/" + id;
	}

}
