package dev.backout.engine;

import java.io.ByteArrayInputStream;
import java.util.Comparator;
import java.util.List;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.playbook.Outline;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.playbook.Shelf;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.repository.ProcessDefinitionQuery;
import org.springframework.stereotype.Component;

/** The playbooks that the engine holds. */
@Component
class DeployedPlaybooks implements Shelf {

	private final RepositoryService repository;

	private final Outlines outlines;

	DeployedPlaybooks(RepositoryService repository, Outlines outlines) {
		this.repository = repository;
		this.outlines = outlines;
	}

	@Override
	public List<PlaybookVersion> current() {
		return versions(this.repository.createProcessDefinitionQuery().latestVersion()).stream()
			.sorted(Comparator.comparing(PlaybookVersion::id))
			.toList();
	}

	@Override
	public List<PlaybookVersion> versions(String playbook) {
		return versions(this.repository.createProcessDefinitionQuery().processDefinitionKey(playbook)).stream()
			.sorted(Comparator.comparing(PlaybookVersion::version).reversed())
			.toList();
	}

	private List<PlaybookVersion> versions(ProcessDefinitionQuery query) {
		return query.unlimitedList().stream().map(this::version).toList();
	}

	private PlaybookVersion version(ProcessDefinition definition) {
		var outline = this.outlines.of(definition.getId());
		return new PlaybookVersion(definition.getKey(), definition.getVersion(), outline.title(), outline.digest());
	}

	@Override
	public Outline outline(PlaybookVersion version) {
		var definition = this.repository.createProcessDefinitionQuery()
			.processDefinitionKey(version.id())
			.processDefinitionVersion(version.version())
			.singleResult();
		if (definition == null) {
			throw new Rejected("playbook.unknown", "There is no playbook " + version);
		}
		return this.outlines.of(definition.getId());
	}

	@Override
	public PlaybookVersion deploy(PlaybookFile file) {
		var deployed = this.repository.createDeployment()
			.name(file.name())
			.source("backout")
			.addInputStream(file.name(), new ByteArrayInputStream(file.content()))
			.deployWithResult()
			.getDeployedProcessDefinitions();
		if (deployed == null || deployed.isEmpty()) {
			throw new IllegalStateException("The engine deployed nothing of " + file.name());
		}
		return version(deployed.get(0));
	}

	/**
	 * Whether the file was deployed before, as whichever version: a start must not undo
	 * what a designer has deployed since.
	 */
	boolean knows(PlaybookFile file) {
		var digest = Digests.sha256Hex(file.content());
		return versions(Outline.of(file.content()).id()).stream()
			.anyMatch((version) -> version.digest().equals(digest));
	}

}
