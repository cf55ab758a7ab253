package dev.backout.cli;

import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs of commands that start no application: errors only, apart from the output. */
final class Logs {

	private static final Map<String, Level> LEVELS = Map.of(Logger.ROOT_LOGGER_NAME, Level.ERROR,
			"dev.backout.migration", Level.ERROR);

	private Logs() {
	}

	/** Takes over from whatever was configured; not for a process that serves. */
	static void quiet() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			context.reset();
			var layout = new PatternLayoutEncoder();
			layout.setContext(context);
			layout.setPattern("%-5level %msg%n");
			layout.start();
			var appender = new ConsoleAppender<ILoggingEvent>();
			appender.setContext(context);
			appender.setTarget("System.err");
			appender.setEncoder(layout);
			appender.start();
			context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
			LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
		}
	}

}
