package dev.backout.run;

import java.util.HashSet;
import java.util.Set;

import dev.backout.kernel.PerTransaction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets one transaction at a time move a run. Without it two answers at once end in a
 * deadlock inside the engine instead of "already answered".
 */
@Component
public class RunLock {

	private final JdbcClient jdbc;

	private final PerTransaction<Set<RunId>> held = new PerTransaction<>(HashSet::new, (runs) -> {
	});

	RunLock(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Held until the caller's transaction ends; may be taken again by it. */
	public void hold(RunId run) {
		if (this.held.get().filter((runs) -> runs.contains(run)).isPresent()) {
			return;
		}
		this.jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:run, 0))")
			.param("run", "run " + run)
			.query((rows) -> {
			});
		this.held.get().ifPresent((runs) -> runs.add(run));
	}

}
