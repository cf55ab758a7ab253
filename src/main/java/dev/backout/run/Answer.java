package dev.backout.run;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A person's answer to a task.
 *
 * @param decision one of the task's choices
 * @param reason why; required where the choice says so
 * @param fields what else was asked for
 * @param seal the digest that the person saw; an approval without it, or with another
 * than the task's, is stale
 */
public record Answer(String decision, @Nullable String reason, Map<String, String> fields, @Nullable String seal) {

	public Answer {
		fields = Map.copyOf(fields);
	}

	public static Answer of(String decision, @Nullable String reason, @Nullable String seal) {
		return new Answer(decision, reason, Map.of(), seal);
	}

}
