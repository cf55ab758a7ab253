package dev.backout.lesson;

import java.time.Clock;
import java.time.Instant;

import dev.backout.check.Deviations;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import dev.backout.run.Runs;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What the record says of a run. */
@Component
class RunFacts {

	private final Runs runs;

	private final ObjectProvider<Deviations> deviations;

	private final Clock clock;

	RunFacts(Runs runs, ObjectProvider<Deviations> deviations, Clock clock) {
		this.runs = runs;
		this.deviations = deviations;
		this.clock = clock;
	}

	Instant now() {
		return this.clock.instant();
	}

	Run run(RunId id) {
		return this.runs.get(id);
	}

	String draft(Run run, Instant now) {
		return ReviewDraft.of(run, this.runs.steps(run.id()), this.runs.timeline(run.id()),
				this.deviations.stream().flatMap((all) -> all.of(run.id().toString()).stream()).toList(), now);
	}

}
