package dev.backout.watch;

import java.time.Duration;
import java.util.List;

/** What the triggers say about releases. No data is never healthy. */
public interface Health {

	/**
	 * Topic of the news, on every node, that the release they are about does otherwise.
	 */
	String NEWS = "health";

	/** Of one release, from its last measurements. */
	ReleaseHealth of(String release);

	/** Releases that are unhealthy now, the longest first. */
	List<ReleaseHealth> unhealthy();

	/** Measures all triggers of a release now, also if they are not due yet. */
	ReleaseHealth measure(String release);

	/** Kept samples of a trigger, oldest first. */
	List<Sample> samples(String release, String trigger, Duration back);

	/** Measures a trigger now and keeps nothing. */
	List<Sample> dryRun(String release, String trigger);

	/** What a trigger would have said with another limit over its kept samples. */
	Replay replay(String release, String trigger, Duration back, double limit, int consecutive);

}
