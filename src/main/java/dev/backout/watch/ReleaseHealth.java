package dev.backout.watch;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a release does.
 *
 * @param release id of the release
 * @param status the worst of its triggers
 * @param since when the status began; missing if nothing was measured yet
 * @param triggers each with its evidence, worst first
 */
public record ReleaseHealth(String release, Status status, @Nullable Instant since, List<TriggerState> triggers) {

	public ReleaseHealth {
		triggers = List.copyOf(triggers);
	}

	/** How a release does. */
	public enum Status {

		/** A trigger fired and did not recover since. */
		UNHEALTHY,
		/** Nothing fired, but something could not be measured. */
		UNKNOWN,
		/** Everything was measured and is fine. */
		HEALTHY

	}

	/** One sentence for the desk. */
	public String summary() {
		return this.triggers.stream()
			.filter((trigger) -> trigger.status() == this.status)
			.findFirst()
			.map(TriggerState::summary)
			.orElse("Nothing watches this release");
	}

}
