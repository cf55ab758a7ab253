package dev.backout.engine;

import java.io.ByteArrayInputStream;

import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookFiles;
import org.camunda.bpm.engine.RepositoryService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Deploys the playbooks at the start, before pages and workers. A file that was deployed
 * before is left alone, whatever designers have deployed since; runs keep the version
 * that they started with.
 */
@Component
class PlaybookDeployment implements SmartLifecycle {

	static final int PHASE = 0;

	private static final Logger logger = LoggerFactory.getLogger(PlaybookDeployment.class);

	private final RepositoryService repository;

	private final PlaybookFiles files;

	private final DeployedPlaybooks deployed;

	private volatile boolean running;

	PlaybookDeployment(RepositoryService repository, PlaybookFiles files, DeployedPlaybooks deployed) {
		this.repository = repository;
		this.files = files;
		this.deployed = deployed;
	}

	@Override
	public void start() {
		this.files.all().forEach(this::deploy);
		this.running = true;
	}

	private void deploy(PlaybookFile file) {
		if (this.deployed.knows(file)) {
			return;
		}
		var deployment = this.repository.createDeployment()
			.name(file.name())
			.source("backout")
			.enableDuplicateFiltering(true)
			.addInputStream(file.name(), new ByteArrayInputStream(file.content()))
			.deployWithResult();
		var deployed = deployment.getDeployedProcessDefinitions();
		if (deployed != null) {
			deployed.forEach(
					(playbook) -> logger.info("Deployed playbook {} v{}", playbook.getKey(), playbook.getVersion()));
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
