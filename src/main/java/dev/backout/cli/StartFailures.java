package dev.backout.cli;

import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Why the application does not start, in one sentence where we know. The trace goes to
 * the log at level debug.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class StartFailures implements SpringBootExceptionReporter {

	StartFailures(ConfigurableApplicationContext context) {
	}

	@Override
	public boolean reportException(Throwable failure) {
		var sentence = Failures.sentence(failure);
		sentence.ifPresent((text) -> {
			System.err.println(text);
			LoggerFactory.getLogger(StartFailures.class).debug("The start failed", failure);
		});
		return sentence.isPresent();
	}

}
