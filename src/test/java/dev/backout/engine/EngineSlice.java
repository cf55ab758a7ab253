package dev.backout.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.ComponentScan;

/**
 * The engine with everything below it on a real database, and fake steps. Nothing moves
 * by itself: tests let steps work and timers fire.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = { EngineSlice.Application.class, FakeSteps.class, RunDriver.class },
		webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = { "camunda.bpm.job-execution.enabled=false",
				"backout.worker.enabled=false", "backout.worker.back-off=0s,0s" })
@interface EngineSlice {

	/** No page, no target, no mail. */
	@TestConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ComponentScan(
			basePackages = { "dev.backout.kernel", "dev.backout.ledger", "dev.backout.people", "dev.backout.playbook",
					"dev.backout.run", "dev.backout.engine" },
			excludeFilters = @ComponentScan.Filter(type = org.springframework.context.annotation.FilterType.CUSTOM,
					classes = org.springframework.boot.context.TypeExcludeFilter.class))
	@ConfigurationPropertiesScan({ "dev.backout.ledger", "dev.backout.people", "dev.backout.playbook",
			"dev.backout.run", "dev.backout.engine" })
	class Application {

	}

}
