package dev.backout.playbook.web;

import java.util.List;

import dev.backout.people.Person;
import dev.backout.playbook.Difference;
import dev.backout.playbook.Draft;
import dev.backout.playbook.Drafts;
import dev.backout.playbook.Finding;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.playbook.Playbooks;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Playbooks: everybody reads and checks, designers save, and somebody else deploys. */
@RestController
@RequestMapping("/api/v1/playbooks")
class PlaybooksApi {

	private final Playbooks playbooks;

	private final Drafts drafts;

	private final PlaybookLint lint;

	PlaybooksApi(Playbooks playbooks, Drafts drafts, PlaybookLint lint) {
		this.playbooks = playbooks;
		this.drafts = drafts;
		this.lint = lint;
	}

	/**
	 * What to deploy.
	 *
	 * @param draft its version, as it was looked at
	 */
	record Deployment(@Min(1) int draft) {
	}

	@GetMapping
	List<Playbooks.Glance> all() {
		return this.playbooks.all();
	}

	@GetMapping("/{id}")
	Playbooks.Glance get(@PathVariable String id) {
		return this.playbooks.get(id);
	}

	@GetMapping("/{id}/versions")
	List<PlaybookVersion> versions(@PathVariable String id) {
		return this.playbooks.versions(id);
	}

	@GetMapping("/{id}/drafts")
	List<Draft> drafts(@PathVariable String id) {
		return this.drafts.of(id);
	}

	/** BPMN of a version: {@code v3} is deployed, {@code d3} was saved. */
	@GetMapping(path = "/{id}/versions/{version}", produces = MediaType.APPLICATION_XML_VALUE)
	byte[] content(@PathVariable String id, @PathVariable String version) {
		return this.playbooks.content(id, version);
	}

	@GetMapping("/{id}/difference")
	List<Difference> difference(@PathVariable String id, @RequestParam String from, @RequestParam String to) {
		return this.playbooks.difference(id, from, to);
	}

	/** Saves a version; {@code basedOn} is the one that the work began from. */
	@PutMapping(path = "/{id}/draft", consumes = MediaType.APPLICATION_XML_VALUE)
	Draft save(@PathVariable String id, @RequestParam int basedOn, @RequestParam(defaultValue = "") String note,
			@RequestBody byte[] content, Person by) {
		return this.drafts.save(id, basedOn, content, note, by);
	}

	@PostMapping("/{id}/deploy")
	PlaybookVersion deploy(@PathVariable String id, @Valid @RequestBody Deployment deployment, Person by) {
		return this.playbooks.deploy(id, deployment.draft(), by);
	}

	/** Everything that is wrong with a file; nothing is kept. */
	@PostMapping(path = "/lint", consumes = MediaType.APPLICATION_XML_VALUE)
	List<Finding> lint(@RequestBody byte[] content) {
		return this.lint.check(new PlaybookFile("playbook.bpmn", content));
	}

}
