package dev.backout.step;

import java.util.Optional;

/** Where a step runs, what it was told, and how it reports back while it works. */
public interface StepContext {

	/** Idempotency key: the same over retries, lock losses and nodes. */
	String key();

	/** 1 on the first call; the fencing token of this call. */
	int attempt();

	/** The run that this step belongs to; also the ledger's subject. */
	String runId();

	/** Id of the element in the playbook, for example {@code Task_RevertSchema}. */
	String stepId();

	Optional<String> optional(String name);

	/**
	 * Throws {@link IllegalArgumentException} naming step and input when it is missing.
	 */
	default String required(String name) {
		return optional(name)
			.orElseThrow(() -> new IllegalArgumentException("Step '%s' needs input '%s'".formatted(stepId(), name)));
	}

	/**
	 * Shows how far the step is; cheap enough to call often (written at most every
	 * second).
	 * @param done units done so far
	 * @param total all units, or 0 when unknown
	 * @param unit what is counted: {@code rows}, {@code files}, {@code changesets}
	 */
	void progress(long done, long total, String unit);

	/**
	 * To be called between chunks of work.
	 * @throws java.util.concurrent.CancellationException once the step was cancelled or
	 * another node has taken it over
	 */
	void checkpoint();

}
