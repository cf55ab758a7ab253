package dev.backout.plan;

import java.time.Duration;
import java.util.List;

/** How long steps took in earlier runs; whoever keeps the runs tells. */
public interface PastTimes {

	/**
	 * Times of the newest steps of a type that ended well on a target, newest first.
	 * @param type the step type, such as {@code backup.take}
	 */
	List<Duration> of(String type, String target);

}
