package dev.backout.flag;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** All flags, and the one way to change them: probed, recorded and reverted when bad. */
public interface Flags {

	/** By key. */
	List<Flag> all();

	Optional<Flag> find(String key);

	/** Those that the release's manifest lists. */
	List<Flag> ofRelease(String release);

	/**
	 * Switches a flag and probes the health afterwards; an unhealthy probe takes the
	 * switch back at once. Does nothing if the flag is so already.
	 * @param actor person's id, or {@code system}
	 * @param subject what it belongs to in the ledger, for example a run
	 */
	Toggle turn(String key, boolean on, String actor, String subject);

	/** Changes how many get it while it is on; probed like a switch. */
	Toggle ramp(String key, int percentage, String actor, String subject);

	/** What the application gets for one user or session. */
	Evaluation evaluate(String key, @Nullable String targetingKey);

	/** Changes with every change of any flag; for {@code ETag}. */
	String revision();

	/** The last changes of a flag, newest first. */
	List<Toggle> history(String key, int limit);

}
