package dev.backout.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.backout.TestDatabase;
import dev.backout.check.DeviationBeans;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.test.context.ContextConfiguration;

/**
 * The engine with everything below it on a real database, and fake steps. Nothing moves
 * by itself: tests let steps work and timers fire.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = {
		EngineSlice.Application.class, FakeSteps.class, ManifestOwners.class, RunDriver.class, DeviationBeans.class },
		webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "camunda.bpm.job-execution.enabled=false", "backout.worker.enabled=false",
				"backout.worker.back-off=0s,0s" })
@ContextConfiguration(initializers = EngineSlice.OwnDatabase.class)
@interface EngineSlice {

	/** One database for all tests of the slice, which then share one application too. */
	class OwnDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		static final TestDatabase DATABASE = TestDatabase.create();

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			TestPropertyValues
				.of("spring.datasource.url=" + DATABASE.url(), "spring.datasource.username=postgres",
						"spring.datasource.password=postgres")
				.applyTo(context);
		}

	}

	/** No page, no target, no mail. */
	@TestConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ComponentScan(
			basePackages = { "dev.backout.kernel", "dev.backout.ledger", "dev.backout.people", "dev.backout.playbook",
					"dev.backout.run", "dev.backout.engine" },
			excludeFilters = {
					@ComponentScan.Filter(type = org.springframework.context.annotation.FilterType.CUSTOM,
							classes = org.springframework.boot.context.TypeExcludeFilter.class),
					// They serve the backups, which are not here.
					@ComponentScan.Filter(type = org.springframework.context.annotation.FilterType.REGEX,
							pattern = "dev\\.backout\\.playbook\\.(BackedUpFlags|RestoredRules)") })
	@ConfigurationPropertiesScan({ "dev.backout.ledger", "dev.backout.people", "dev.backout.playbook",
			"dev.backout.run", "dev.backout.engine" })
	class Application {

	}

}
