package dev.backout.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;

import dev.backout.playbook.Finding;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookRefused;
import org.camunda.bpm.engine.ArtifactFactory;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.scripting.engine.ScriptEngineResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine without anything that runs code out of a model. Holds for every way in which
 * a deployment can reach it: the check is part of the engine's own deployment.
 */
class EngineHardening extends AbstractProcessEnginePlugin {

	private static final Logger logger = LoggerFactory.getLogger(EngineHardening.class);

	private final Supplier<PlaybookLint> lint;

	private final Supplier<Promised> promised;

	EngineHardening(Supplier<PlaybookLint> lint, Supplier<Promised> promised) {
		this.lint = lint;
		this.promised = promised;
	}

	@Override
	public void preInit(ProcessEngineConfigurationImpl engine) {
		engine.setExpressionManager(
				new SafeExpressionManager((definition, variable) -> this.promised.get().by(definition, variable)));
		engine.setBeans(new HashMap<>());
		engine.setEnableXxeProcessing(false);
		engine.setDmnEnabled(false);
		engine.setCmmnEnabled(false);
		engine.setEnableExpressionsInAdhocQueries(false);
		engine.setEnableExpressionsInStoredQueries(false);
		engine.setDeserializationTypeValidationEnabled(true);
		engine.setDeserializationAllowedClasses("");
		engine.setDeserializationAllowedPackages("");
		engine.setJavaSerializationFormatEnabled(false);
		engine.setStandaloneTasksEnabled(false);
		engine.setEnableScriptEngineLoadExternalResources(false);
		engine.setEnableScriptEngineNashornCompatibility(false);
		engine.setConfigureScriptEngineHostAccess(true);
		engine.setScriptEngineResolver(new NoScripts());
		engine.setArtifactFactory(new NoClasses());
		var deployers = new ArrayList<>((engine.getCustomPreDeployers() != null) ? engine.getCustomPreDeployers()
				: List.<org.camunda.bpm.engine.impl.persistence.deploy.Deployer>of());
		deployers.add(0, this::check);
		engine.setCustomPreDeployers(deployers);
	}

	// Rules may have become stricter since an old version was deployed: a run on it must
	// still find its way, so only new deployments are refused.
	private void check(DeploymentEntity deployment) {
		var findings = new ArrayList<Finding>();
		for (var resource : deployment.getResources().values()) {
			if (resource.getName().toLowerCase(Locale.ROOT).endsWith(".bpmn")) {
				findings.addAll(this.lint.get().errors(new PlaybookFile(resource.getName(), resource.getBytes())));
			}
			else {
				findings.add(new Finding(resource.getName(), "(document)", 0, Finding.Level.ERROR, "PB002",
						"Only .bpmn files may be deployed", "Remove '%s'".formatted(resource.getName())));
			}
		}
		if (!findings.isEmpty() && deployment.isNew()) {
			throw new PlaybookRefused(findings);
		}
		findings.forEach((finding) -> logger.warn("An older playbook breaks a rule of today: {}", finding));
	}

	private static final class NoClasses implements ArtifactFactory {

		@Override
		public <T> T getArtifact(Class<T> type) {
			throw new ProcessEngineException("Playbooks name no classes: " + type.getName());
		}

	}

	private static final class NoScripts implements ScriptEngineResolver {

		@Override
		public void addScriptEngineFactory(ScriptEngineFactory factory) {
			// There are no scripts to run.
		}

		@Override
		public ScriptEngineManager getScriptEngineManager() {
			return new ScriptEngineManager(null);
		}

		@Override
		public ScriptEngine getScriptEngine(String language, boolean cached) {
			throw new ProcessEngineException("Playbooks hold no scripts: " + language);
		}

	}

}
