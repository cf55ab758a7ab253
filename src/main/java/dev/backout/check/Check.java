package dev.backout.check;

import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One question of a suite.
 *
 * @param name unique in its suite, stable: results are compared by it
 * @param kind what it looks at
 * @param parameters as the kind needs them
 * @param minimum the worst acceptable result
 * @param severity from {@code SEV1} (worst) to {@code SEV5}, of falling below the minimum
 * @param owner person or rotation that answers for a deviation
 * @param timeout after which the check counts as not answered
 */
public record Check(String name, CheckKind kind, JsonNode parameters, Minimum minimum, String severity, String owner,
		Duration timeout) {
}
