package dev.backout.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backout.playbook.Outline;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads a run for those who follow it: a few queries, whatever it has been through. */
@Component
class RunView {

	/** Steps that only move tasks between people; not worth a line before they happen. */
	private static final String ESCALATION = "page.owner";

	private final JdbcClient jdbc;

	private final Timeline timeline;

	private final RunExpectations expectations;

	RunView(JdbcClient jdbc, Timeline timeline, RunExpectations expectations) {
		this.jdbc = jdbc;
		this.timeline = timeline;
		this.expectations = expectations;
	}

	List<TimelineEntry> timeline(RunId run) {
		return this.timeline.of(run);
	}

	List<RunStep> steps(Run run, Outline outline) {
		var elements = elements(run.id());
		var executions = executions(run.id());
		var answers = answers(run.id());
		var expected = this.expectations.bySteps(run, outline);
		var steps = new ArrayList<RunStep>();
		elements.values()
			.stream()
			.filter((element) -> element.kind() == RunTrace.Kind.STEP || element.kind() == RunTrace.Kind.TASK)
			.sorted(Comparator.comparing(Element::firstEnteredOrder))
			.forEach((element) -> {
				var id = element.id();
				steps.add((element.kind() == RunTrace.Kind.STEP)
						? step(element, outline, executions.get(id), expected.get(id))
						: task(element, outline, answers.get(id), expected.get(id)));
			});
		if (run.active()) {
			outline.mainPath()
				.stream()
				.filter((id) -> !elements.containsKey(id))
				.map((id) -> ahead(id, outline, expected.get(id)))
				.filter((step) -> !step.type().equals(ESCALATION))
				.forEach(steps::add);
		}
		return List.copyOf(steps);
	}

	private static RunStep step(Element element, Outline outline, @Nullable Execution execution,
			@Nullable Duration expected) {
		var step = outline.steps().get(element.id());
		var type = (step != null) ? step.type() : "";
		var skippable = step != null && step.skippable();
		if (execution == null || (element.active() && execution.over())) {
			// Entered (again) and not taken up by a node yet.
			var state = element.active() ? RunStep.State.RUNNING : RunStep.State.CANCELLED;
			return new RunStep(element.id(), outline.nameOf(element.id()), type, state, null, element.enteredAt(),
					element.active() ? null : element.leftAt(), expected, 1, null, null, null, skippable);
		}
		var incident = (execution.state() == RunStep.State.FAILED && execution.endedAt() != null)
				? new RunStep.EngineIncident(execution.key(), String.valueOf(execution.summary()), execution.endedAt())
				: null;
		return new RunStep(element.id(), outline.nameOf(element.id()), type, execution.state(), null,
				execution.startedAt(), execution.over() ? execution.endedAt() : null, expected, execution.attempt(),
				execution.progress(), execution.summary(), incident, skippable);
	}

	private static RunStep task(Element element, Outline outline, @Nullable AnswerRow answer,
			@Nullable Duration expected) {
		var state = element.active() ? RunStep.State.WAITING
				: (answer != null && answer.answeredBy() != null) ? RunStep.State.DONE : RunStep.State.CANCELLED;
		return new RunStep(element.id(), outline.nameOf(element.id()), "task", state,
				(element.active() && answer != null) ? answer.waitsFor() : null, element.enteredAt(),
				element.active() ? null : element.leftAt(), expected, 1, null,
				(answer != null && !element.active()) ? answer.text(outline.tasks().get(element.id())) : null, null,
				false);
	}

	private static RunStep ahead(String id, Outline outline, @Nullable Duration expected) {
		var step = outline.steps().get(id);
		return new RunStep(id, outline.nameOf(id), (step != null) ? step.type() : "task", RunStep.State.AHEAD, null,
				null, null, expected, 0, null, null, null, step != null && step.skippable());
	}

	Diagram diagram(Run run, Outline outline) {
		var marks = new HashMap<String, RunStep.State>();
		var flows = new HashSet<String>();
		for (var element : elements(run.id()).values()) {
			if (element.kind() == RunTrace.Kind.FLOW) {
				flows.add(element.id());
			}
			else {
				marks.put(element.id(), element.active() ? RunStep.State.RUNNING
						: (element.done() > 0) ? RunStep.State.DONE : RunStep.State.CANCELLED);
			}
		}
		steps(run, outline).stream()
			.filter((step) -> step.state() != RunStep.State.AHEAD)
			.forEach((step) -> marks.put(step.stepId(), step.state()));
		return new Diagram(outline.xml(), marks, flows);
	}

	private Map<String, Element> elements(RunId run) {
		return this.jdbc.sql("""
				select element_id, kind, entered - done - cancelled > 0 as active, done, entered_at, left_at, first_at
				from backout.run_element where run = :run
				""")
			.param("run", run.value())
			.query((row, number) -> new Element(row.getString("element_id"),
					RunTrace.Kind.valueOf(row.getString("kind")), row.getBoolean("active"), row.getInt("done"),
					Rows.instant(row, "entered_at"), Rows.optionalInstant(row, "left_at"),
					Rows.instant(row, "first_at")))
			.list()
			.stream()
			.collect(Collectors.toMap(Element::id, Function.identity()));
	}

	private Map<String, Execution> executions(RunId run) {
		return this.jdbc.sql("""
				select distinct on (step_id) *
				from backout.run_step where run = :run order by step_id, started_at desc
				""")
			.param("run", run.value())
			.query(RunView::execution)
			.list()
			.stream()
			.collect(Collectors.toMap(Execution::stepId, Function.identity()));
	}

	private static Execution execution(ResultSet row, int number) throws SQLException {
		var unit = row.getString("progress_unit");
		var progress = (unit != null)
				? new RunStep.Progress(row.getLong("progress_done"), row.getLong("progress_total"), unit) : null;
		return new Execution(row.getString("key"), row.getString("step_id"),
				RunStep.State.valueOf(row.getString("state")), row.getInt("attempt"), Rows.instant(row, "started_at"),
				Rows.optionalInstant(row, "ended_at"), row.getString("summary"), progress);
	}

	private Map<String, AnswerRow> answers(RunId run) {
		return this.jdbc.sql("""
				select distinct on (step_id) step_id, answered_by, decision, reason, coalesce(assignee, (
					select string_agg(person, ', ' order by person) from backout.inbox_candidate candidate
					where candidate.task_id = inbox.task_id)) as waits_for
				from backout.inbox where run = :run order by step_id, created_at desc
				""")
			.param("run", run.value())
			.query((row, number) -> new AnswerRow(row.getString("step_id"), row.getString("answered_by"),
					row.getString("decision"), row.getString("reason"), row.getString("waits_for")))
			.list()
			.stream()
			.collect(Collectors.toMap(AnswerRow::stepId, Function.identity()));
	}

	private record Element(String id, RunTrace.Kind kind, boolean active, int done, Instant enteredAt,
			@Nullable Instant leftAt, Instant firstEnteredOrder) {
	}

	private record Execution(String key, String stepId, RunStep.State state, int attempt, Instant startedAt,
			@Nullable Instant endedAt, @Nullable String summary, RunStep.@Nullable Progress progress) {

		boolean over() {
			return switch (this.state) {
				case DONE, REFUSED, SKIPPED, CANCELLED -> true;
				default -> false;
			};
		}

	}

	private record AnswerRow(String stepId, @Nullable String answeredBy, @Nullable String decision,
			@Nullable String reason, @Nullable String waitsFor) {

		@Nullable String text(Outline.@Nullable UserTask task) {
			if (this.answeredBy == null) {
				return null;
			}
			var label = (task != null) ? task.choices()
				.stream()
				.filter((choice) -> choice.value().equals(this.decision))
				.map(Outline.Choice::label)
				.findFirst()
				.orElse(String.valueOf(this.decision)) : String.valueOf(this.decision);
			return "%s (%s)%s".formatted(label, this.answeredBy, (this.reason != null) ? ": " + this.reason : "");
		}

	}

}
