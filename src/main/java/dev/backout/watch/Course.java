package dev.backout.watch;

import java.time.Instant;

import dev.backout.watch.ReleaseHealth.Status;
import dev.backout.watch.Sample.Result;
import org.jspecify.annotations.Nullable;

/**
 * Where a trigger stands after the samples it has seen. It fires after so many figures
 * over the limit in a row, and recovers after as many within it. What could not be
 * measured heals nothing and counts for nothing, but what was healthy is then unknown.
 *
 * @param status fired, unknown or healthy
 * @param since when the status began
 * @param failing figures over the limit in a row
 * @param passing figures within it in a row
 * @param failingSince the first of those over the limit
 */
record Course(Status status, @Nullable Instant since, int failing, int passing, @Nullable Instant failingSince) {

	static final Course START = new Course(Status.UNKNOWN, null, 0, 0, null);

	/** Where it stands after one more sample. */
	Course after(Sample sample, int consecutive) {
		return switch (sample.result()) {
			case FAIL -> failed(sample.at(), consecutive);
			case PASS -> passed(sample.at(), consecutive);
			case INCONCLUSIVE, ERROR -> (this.status == Status.HEALTHY)
					? new Course(Status.UNKNOWN, sample.at(), this.failing, 0, this.failingSince) : this;
		};
	}

	private Course failed(Instant at, int consecutive) {
		var first = (this.failingSince != null) ? this.failingSince : at;
		var fired = this.failing + 1 >= consecutive;
		if (fired && this.status != Status.UNHEALTHY) {
			return new Course(Status.UNHEALTHY, first, this.failing + 1, 0, first);
		}
		return new Course(this.status, this.since, this.failing + 1, 0, first);
	}

	private Course passed(Instant at, int consecutive) {
		var recovered = this.status != Status.UNHEALTHY || this.passing + 1 >= consecutive;
		if (recovered && this.status != Status.HEALTHY) {
			return new Course(Status.HEALTHY, at, 0, this.passing + 1, null);
		}
		return new Course(this.status, this.since, 0, this.passing + 1, null);
	}

	/** Judges the same figure by another limit; what was not measured stays so. */
	static Sample judged(Sample sample, double limit) {
		return (sample.value() == null) ? sample : new Sample(sample.trigger(), sample.at(),
				(sample.value() > limit) ? Result.FAIL : Result.PASS, sample.value(), sample.evidence());
	}

}
