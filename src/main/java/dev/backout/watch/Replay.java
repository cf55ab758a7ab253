package dev.backout.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.backout.watch.ReleaseHealth.Status;

/**
 * What a trigger would have said with another limit, over samples that were kept.
 *
 * @param changes each change of its status, oldest first
 * @param fired how often it would have fired
 */
public record Replay(List<Change> changes, long fired) {

	public Replay {
		changes = List.copyOf(changes);
	}

	/**
	 * A change of status.
	 *
	 * @param at when
	 * @param status the new one
	 * @param evidence of the sample that made the difference
	 */
	public record Change(Instant at, Status status, String evidence) {
	}

	static Replay of(List<Sample> samples, double limit, int consecutive) {
		var changes = new ArrayList<Change>();
		var course = Course.START;
		for (var sample : samples) {
			var next = course.after(Course.judged(sample, limit), consecutive);
			if (next.status() != course.status()) {
				changes.add(new Change(sample.at(), next.status(), sample.evidence()));
			}
			course = next;
		}
		return new Replay(changes, changes.stream().filter((change) -> change.status() == Status.UNHEALTHY).count());
	}

}
