package dev.backout.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.backout.playbook.Outline;
import org.camunda.bpm.engine.ProcessEngine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What deployed playbooks look like; a deployed version never changes. */
@Component
class Outlines {

	private final ObjectProvider<ProcessEngine> engine;

	private final Map<String, Outline> known = new ConcurrentHashMap<>();

	Outlines(ObjectProvider<ProcessEngine> engine) {
		this.engine = engine;
	}

	Outline of(String definitionId) {
		return this.known.computeIfAbsent(definitionId, this::read);
	}

	private Outline read(String definitionId) {
		try (var model = this.engine.getObject().getRepositoryService().getProcessModel(definitionId)) {
			return Outline.of(model.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
