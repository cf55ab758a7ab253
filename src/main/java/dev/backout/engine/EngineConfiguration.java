package dev.backout.engine;

import dev.backout.comms.Templates;
import dev.backout.people.People;
import dev.backout.playbook.PlaybookLint;
import dev.backout.run.RunTrace;
import dev.backout.step.StepHandler;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.ProcessEnginePlugin;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/**
 * The engine's plugins. They are made before the engine, so what needs the engine, or
 * might, is looked up when it is used.
 */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

	@Bean
	static PlaybookLint playbookLint(ObjectProvider<StepHandler> steps, ObjectProvider<Templates> templates) {
		var builtIn = SingletonSupplier.of(() -> Templates.in(null));
		return new PlaybookLint(() -> steps.stream().map(StepHandler::type).toList(),
				() -> templates.getIfAvailable(builtIn::obtain).all());
	}

	@Bean
	static ProcessEnginePlugin engineHardening(ObjectProvider<PlaybookLint> lint, ObjectProvider<Promised> promised) {
		return new EngineHardening(lint::getObject, promised::getObject);
	}

	@Bean
	static ProcessEnginePlugin runTracing(ObjectProvider<RunTrace> trace, ObjectProvider<TaskOpening> tasks,
			ObjectProvider<SelfStart> starts, ObjectProvider<FollowUps> followUps) {
		return new RunTracing(trace::getObject, tasks::getObject, starts::getObject, followUps::getObject);
	}

	@Bean
	static ProcessEnginePlugin fourEyes(ObjectProvider<Outlines> outlines) {
		return new FourEyes(outlines::getObject);
	}

	@Bean
	static ProcessEnginePlugin historyLevelChange() {
		return new HistoryLevelChange();
	}

	@Bean
	static ProcessEnginePlugin directory(ObjectProvider<People> people) {
		return new AbstractProcessEnginePlugin() {

			@Override
			public void preInit(ProcessEngineConfigurationImpl engine) {
				engine.setIdentityProviderSessionFactory(DirectoryIdentity.factory(people::getObject));
			}

		};
	}

}
