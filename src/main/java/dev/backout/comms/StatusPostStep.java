package dev.backout.comms;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Kind;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Step {@code status.post}: says on the public status page where a run is. */
@Component
class StatusPostStep implements StepHandler {

	private static final StepType TYPE = new StepType("status.post", "Post on the status page",
			"Posts an update of the run's incident on the public status page; the first one opens it",
			List.of(Field.required("status", "Where the incident is")
				.oneOf("investigating", "identified", "monitoring", "resolved", "postmortem"),
					Field.required("release", "Release that the incident is about"),
					Field.optional("wording", "Whose template is used, such as aborted; by default the status"),
					Field.optional("text", "What people read; by default the text for this status"),
					Field.optional("impact", "What customers notice; by default the worst failure mode of the release"),
					Field
						.optional("nextUpdateIn",
								"When the next word is promised, such as PT30M; by default as the text's template says")
						.of(Kind.SPAN),
					Field.optional("componentStatus", "What the components show; by default it follows the status")
						.oneOf("operational", "under_maintenance", "degraded_performance", "partial_outage",
								"major_outage")),
			List.of(), List.of(), false);

	/** The kind of run that customers are told of: no drill, no rehearsal. */
	private static final String REAL = "REAL";

	private final StatusPage page;

	private final StatusTexts texts;

	private final Releases releases;

	private final Clock clock;

	StatusPostStep(StatusPage page, StatusTexts texts, Releases releases, Clock clock) {
		this.page = page;
		this.texts = texts;
		this.releases = releases;
		this.clock = clock;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		// Every run knows its kind, and no playbook can say otherwise.
		if (!step.optional("kind").orElse(REAL).equals(REAL)) {
			return new StepOutcome.Done("An exercise: the public page says nothing of it");
		}
		var status = IncidentStatus.valueOf(name(step.required("status")));
		var release = this.releases.get(step.required("release"));
		var written = new HashMap<String, String>();
		step.optional("impact").ifPresent((impact) -> written.put("impact", impact));
		step.optional("text").ifPresent((text) -> written.put("text", text));
		var wording = step.optional("wording").orElse(status.name());
		var text = this.texts.of(wording, release.id(), written);
		this.page.post(new StatusPost(step.key(), step.runId(), text.subject(), status,
				step.optional("text").orElse(text.text().strip()), components(release),
				step.optional("componentStatus").map(StatusPostStep::name).map(ComponentStatus::valueOf).orElse(null),
				nextUpdateAt(step, wording)), "system");
		return new StepOutcome.Done("The status page says: " + status.label());
	}

	/** In whole minutes, and never sooner than promised. */
	private @Nullable Instant nextUpdateAt(StepContext step, String wording) {
		return step.optional("nextUpdateIn")
			.map(Duration::parse)
			.or(() -> this.texts.nextUpdateAfter(wording))
			.map((wait) -> this.clock.instant().plus(wait).plusSeconds(59).truncatedTo(ChronoUnit.MINUTES))
			.orElse(null);
	}

	private static List<String> components(Release release) {
		return release.components()
			.stream()
			.map((changed) -> StatusPage.id(release.product(), changed.component().id()))
			.toList();
	}

	private static String name(String text) {
		return text.strip().toUpperCase(Locale.ROOT);
	}

}
