package dev.backout.lesson;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.backout.catalog.Releases;
import dev.backout.people.OnCall;
import dev.backout.people.Person;
import dev.backout.run.RunId;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import org.springframework.stereotype.Component;

/** Step {@code review.open}: drafts the review of the run and gives it an owner. */
@Component
class OpenReviewStep implements StepHandler {

	static final StepType TYPE = new StepType("review.open", "Open the review",
			"Drafts the review from the run's record and gives it to whoever is on call for reviews.",
			List.of(Field.required("release", "id of the release that was rolled back")),
			List.of(Field.required("reviewId", "the review"), Field.required("reviewOwner", "who must finish it")),
			List.of(), false);

	private final Releases releases;

	private final OnCall onCall;

	private final RunFacts facts;

	private final Reviews reviews;

	private final LessonProperties properties;

	OpenReviewStep(Releases releases, OnCall onCall, RunFacts facts, Reviews reviews, LessonProperties properties) {
		this.releases = releases;
		this.onCall = onCall;
		this.facts = facts;
		this.reviews = reviews;
		this.properties = properties;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var review = this.reviews.of(step.runId())
			.orElseGet(() -> this.reviews.add(draft(RunId.of(step.runId()), step.required("release"))));
		return new StepOutcome.Done(
				"%s finishes the review by %s".formatted(review.owner(), review.dueAt().toString().substring(0, 10)),
				Map.of("reviewId", review.id().toString(), "reviewOwner", review.owner()));
	}

	private Review draft(RunId id, String release) {
		var now = this.facts.now();
		var run = this.facts.run(id);
		var rotation = this.releases.get(release).owners().review();
		var owner = this.onCall.findRoster(rotation).flatMap((roster) -> roster.at(1, now)).orElse(run.commander());
		var draft = this.facts.draft(run, now);
		return new Review(UUID.randomUUID(), id.toString(), release, run.target(), "Rollback of " + release, owner,
				rotation, now, now.plus(this.properties.due()), draft, draft, null, null, null);
	}

}
