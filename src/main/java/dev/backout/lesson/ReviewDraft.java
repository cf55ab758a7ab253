package dev.backout.lesson;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import dev.backout.check.Deviation;
import dev.backout.run.Run;
import dev.backout.run.RunStep;
import dev.backout.run.TimelineEntry;

/** Writes down what the record says of a run, and asks what it cannot know. */
final class ReviewDraft {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

	private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'")
		.withZone(ZoneOffset.UTC);

	private final StringBuilder text = new StringBuilder();

	private ReviewDraft() {
	}

	static String of(Run run, List<RunStep> steps, List<TimelineEntry> timeline, List<Deviation> deviations,
			Instant now) {
		var draft = new ReviewDraft();
		draft.heading(run, now);
		draft.steps(steps, now);
		draft.deviations(deviations);
		draft.timeline(timeline);
		draft.questions();
		return draft.text.toString();
	}

	private void heading(Run run, Instant now) {
		line("# Rollback of %s on %s", run.release(), run.target());
		line("");
		line("Declared by %s at %s as %s: %s", run.requester(), DATE.format(run.startedAt()), run.severity(),
				run.reason());
		line("Led by %s. It took %s until this review was opened.", run.commander(),
				seconds(Duration.between(run.startedAt(), now)));
		line("Playbook %s; plan %s.", run.playbook(), Objects.toString(run.planDigest(), "not sealed"));
	}

	private void steps(List<RunStep> steps, Instant now) {
		line("");
		line("## Steps: took, expected, attempts");
		line("");
		line("| step | took | expected | attempts | ended |");
		line("| --- | ---: | ---: | ---: | --- |");
		steps.stream()
			.filter((step) -> step.startedAt() != null)
			.forEach((step) -> line("| %s | %s | %s | %d | %s |", step.name(), seconds(step.elapsed(now)),
					(step.expected() != null) ? seconds(step.expected()) : "not known", step.attempt(),
					step.state().name().toLowerCase(Locale.ROOT)));
	}

	private void deviations(List<Deviation> deviations) {
		line("");
		line("## Deviations");
		line("");
		if (deviations.isEmpty()) {
			line("None: every check reached its minimum acceptable result.");
		}
		deviations.forEach((deviation) -> line("- %s (%s, owner %s): %s. Cause: %s. %s: %s", deviation.check(),
				deviation.severity(), deviation.owner(), deviation.summary(),
				Objects.toString(deviation.cause(), "not given"), Objects.toString(deviation.decision(), "undecided"),
				Objects.toString(deviation.reason(), "no reason given")));
	}

	private void timeline(List<TimelineEntry> timeline) {
		line("");
		line("## Timeline (UTC)");
		line("");
		timeline.forEach((entry) -> line("- %s %s: %s", TIME.format(entry.at()), entry.actor(), entry.text()));
	}

	private void questions() {
		line("");
		line("## To be answered by the owner");
		line("");
		line("1. What let the release reach users although it was bad?");
		line("2. How was it noticed, and what would have shown it earlier?");
		line("3. Which step took longer than expected, and why?");
		line("4. What changes: the release's manifest, the playbook, a threshold, a check? Who does it until when?");
	}

	private void line(String format, Object... values) {
		this.text.append(format.formatted(values)).append('\n');
	}

	private static String seconds(Duration time) {
		return "%d.%d s".formatted(time.toSeconds(), time.toMillisPart() / 100);
	}

}
