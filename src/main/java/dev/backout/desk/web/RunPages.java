package dev.backout.desk.web;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backout.people.Person;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunStep;
import dev.backout.run.Runs;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseBody;

/** A run to follow. */
@Controller
class RunPages {

	private final Runs runs;

	private final Inbox inbox;

	private final RunPapers papers;

	private final Format format;

	private final Clock clock;

	RunPages(Runs runs, Inbox inbox, RunPapers papers, Format format, Clock clock) {
		this.runs = runs;
		this.inbox = inbox;
		this.papers = papers;
		this.format = format;
		this.clock = clock;
	}

	@GetMapping("/runs")
	String list(Model model) {
		model.addAttribute("runs", this.runs.recent(100).stream().map(RunRow::of).toList());
		return "runs";
	}

	@GetMapping("/runs/{id}")
	String run(@PathVariable String id, Person me, Model model) {
		show(RunId.of(id), me, model);
		return "run";
	}

	@GetMapping("/runs/{id}/live")
	String live(@PathVariable String id, Person me, Model model) {
		show(RunId.of(id), me, model);
		return "run :: live";
	}

	@GetMapping(path = "/runs/{id}/diagram.bpmn", produces = MediaType.APPLICATION_XML_VALUE)
	@ResponseBody
	byte[] diagram(@PathVariable String id) {
		return this.runs.diagram(RunId.of(id)).xml().getBytes(StandardCharsets.UTF_8);
	}

	/** What the diagram draws on the playbook. */
	@GetMapping(path = "/runs/{id}/marks.json", produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseBody
	Map<String, Object> marks(@PathVariable String id) {
		var run = RunId.of(id);
		var diagram = this.runs.diagram(run);
		var steps = this.runs.steps(run)
			.stream()
			.collect(Collectors.toMap(RunStep::stepId, Function.identity(), (a, b) -> b));
		var tasks = tasks(run);
		var marks = new LinkedHashMap<String, Object>();
		diagram.marks().forEach((element, state) -> {
			if (state != RunStep.State.AHEAD) {
				marks.put(element, mark(state, steps.get(element), tasks.get(element)));
			}
		});
		return Map.of("steps", marks, "flows", diagram.takenFlows());
	}

	private void show(RunId id, Person me, Model model) {
		var now = this.clock.instant();
		var tasks = tasks(id);
		var run = this.runs.get(id);
		var steps = this.runs.steps(id)
			.stream()
			.map((step) -> StepRow.of(step, tasks.get(step.stepId()), me, now))
			.toList();
		model.addAttribute("run", run);
		model.addAttribute("look", Look.of(run.state()));
		model.addAttribute("steps", steps);
		model.addAttribute("mine", tasks.values().stream().filter((task) -> task.mayAnswer(me)).toList());
		model.addAttribute("tasks", tasks.values());
		model.addAttribute("expected", this.runs.expected(id).orElse(null));
		model.addAttribute("timeline", this.runs.timeline(id));
		model.addAttribute("now", now);
		this.papers.add(run, model);
	}

	private Map<String, InboxTask> tasks(RunId run) {
		return this.inbox.open(run)
			.stream()
			.collect(Collectors.toMap(InboxTask::stepId, Function.identity(), (a, b) -> a, LinkedHashMap::new));
	}

	private Map<String, Object> mark(RunStep.State state, @Nullable RunStep step, @Nullable InboxTask task) {
		var mark = new LinkedHashMap<String, Object>();
		mark.put("state", Look.of(state).css());
		if (step != null && step.startedAt() != null) {
			var row = StepRow.of(step, task, null, this.clock.instant());
			mark.put("time", this.format.span(row.elapsed()));
			mark.put("late", row.late());
		}
		if (step != null && step.incident() != null) {
			mark.put("note", step.incident().cause());
		}
		if (task != null) {
			mark.put("href", "/tasks/" + task.id());
		}
		return mark;
	}

}
