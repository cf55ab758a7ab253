package dev.backout.check;

import java.util.Optional;

/**
 * Recorded states of targets that later checks compare with. A suite may write
 * {@code {release}} in a name: {@code before-{release}}.
 */
public interface Baselines {

	/**
	 * Records schema, rows and content digests of a target as they are now, and whatever
	 * else the checks of known suites will compare; replaces an older one of the same
	 * name.
	 * @param actor id of the person, or {@code system}
	 */
	Baseline record(String target, String name, String actor);

	Optional<Baseline> find(String target, String name);

}
