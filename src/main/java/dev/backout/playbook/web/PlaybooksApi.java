package dev.backout.playbook.web;

import java.util.List;

import dev.backout.people.Person;
import dev.backout.playbook.Difference;
import dev.backout.playbook.Draft;
import dev.backout.playbook.Drafts;
import dev.backout.playbook.Finding;
import dev.backout.playbook.NewPlaybooks;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.playbook.Playbooks;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Playbooks: everybody reads and checks, designers save, and somebody else deploys. */
@RestController
@RequestMapping("/api/v1/playbooks")
class PlaybooksApi {

	private final Playbooks playbooks;

	private final Drafts drafts;

	private final NewPlaybooks beginnings;

	private final PlaybookLint lint;

	PlaybooksApi(Playbooks playbooks, Drafts drafts, NewPlaybooks beginnings, PlaybookLint lint) {
		this.playbooks = playbooks;
		this.drafts = drafts;
		this.beginnings = beginnings;
		this.lint = lint;
	}

	/**
	 * What to deploy.
	 *
	 * @param draft its version, as it was looked at
	 */
	record Deployment(@Min(1) int draft) {
	}

	/**
	 * A playbook to begin.
	 *
	 * @param id lower-case words joined by hyphens
	 * @param title as people read it
	 * @param from id of the playbook that it is a copy of; without it a small one
	 * @param version of that one, such as {@code v3}; without it the newest
	 */
	record Beginning(@NotBlank String id, @NotBlank String title, @Nullable String from, @Nullable String version) {
	}

	/** Begins a playbook as a draft; somebody else deploys it. */
	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Draft begin(@Valid @RequestBody Beginning beginning, Person by) {
		var from = beginning.from();
		if (from == null) {
			return this.beginnings.begin(beginning.id(), beginning.title(), by);
		}
		var version = beginning.version();
		return this.beginnings.copy(from, (version != null) ? version : this.playbooks.newest(from), beginning.id(),
				beginning.title(), by);
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
