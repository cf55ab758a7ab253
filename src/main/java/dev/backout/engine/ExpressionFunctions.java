package dev.backout.engine;

import java.time.Duration;
import java.util.Date;

import org.camunda.bpm.engine.impl.util.ClockUtil;

/**
 * What expressions of playbooks may call. Public because the engine calls it by
 * reflection.
 */
public final class ExpressionFunctions {

	private ExpressionFunctions() {
	}

	/** The engine's time. */
	public static Date now() {
		return ClockUtil.getCurrentTime();
	}

	/** A span from now, such as {@code PT15M}. */
	public static Date after(String span) {
		return Date.from(ClockUtil.getCurrentTime().toInstant().plus(Duration.parse(span)));
	}

}
