package dev.backout.flag;

import java.util.Collection;
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
	 * Flags that are on and need one of these changesets: they must be off before it is
	 * undone.
	 * @param changesets each {@code author:id}
	 */
	default List<Flag> needing(String target, Collection<String> changesets) {
		return all().stream()
			.filter((flag) -> flag.on() && target.equals(flag.target())
					&& flag.changesets().stream().anyMatch(changesets::contains))
			.toList();
	}

	/**
	 * Switches a flag and probes the health before and afterwards; if the switch made it
	 * unhealthy it is taken back at once. Does nothing if the flag is so already.
	 * @throws dev.backout.kernel.Rejected {@code flag.unknown}, {@code flag.archived}, or
	 * {@code flag.illegal-pair} when it is to be on without its changesets
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
