package dev.backout.desk.web;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backout.check.Deviation;
import dev.backout.check.Deviations;
import dev.backout.check.Suite;
import dev.backout.check.SuiteOverview;
import dev.backout.check.SuiteRequest;
import dev.backout.check.SuiteRun;
import dev.backout.check.SuiteRuns;
import dev.backout.check.SuiteWork;
import dev.backout.check.Suites;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Checks: what holds on each target, what a run found, and running a suite. */
@Controller
class CheckPages {

	private final Suites suites;

	private final SuiteRuns runs;

	private final SuiteWork work;

	private final Deviations deviations;

	CheckPages(Suites suites, SuiteRuns runs, SuiteWork work, Deviations deviations) {
		this.suites = suites;
		this.runs = runs;
		this.work = work;
		this.deviations = deviations;
	}

	/** A suite on a target, as the overview shows it. */
	public record Row(SuiteOverview overview, Look look, List<CheckRow.Bar> bars, String course) {

		static Row of(SuiteOverview overview) {
			var marks = overview.course();
			var bars = java.util.stream.IntStream.range(0, marks.size())
				.mapToObj((place) -> new CheckRow.Bar(place * 12, marks.get(place).held() ? 16 : 0,
						marks.get(place).held() ? "up" : "down"))
				.toList();
			var held = marks.stream().filter(SuiteOverview.Mark::held).count();
			return new Row(overview, Look.of(overview.last()), bars, marks.isEmpty() ? "never finished"
					: "held in %d of the last %d runs".formatted(held, marks.size()));
		}

	}

	@GetMapping("/checks")
	String overview(Person me, Model model) {
		show(me, model);
		return "checks";
	}

	@PostMapping("/checks/runs")
	String run(@RequestParam String suite, @RequestParam String target,
			@RequestParam(required = false) @Nullable String release, Person me) {
		var named = (release != null && !release.isBlank()) ? release.strip() : null;
		return "redirect:/checks/runs/" + this.work.start(SuiteRequest.of(suite, target, named, me.id()), me).id();
	}

	@GetMapping("/checks/runs/{id}")
	String run(@PathVariable String id, Person me, Model model) {
		show(this.runs.get(id), me, model);
		return "check-run";
	}

	@GetMapping("/checks/runs/{id}/live")
	String live(@PathVariable String id, Person me, Model model) {
		show(this.runs.get(id), me, model);
		return "check-run :: live";
	}

	@PostMapping("/checks/runs/{id}/cancel")
	String cancel(@PathVariable String id, Person me) {
		this.runs.cancel(id, me);
		return "redirect:/checks/runs/{id}";
	}

	@PostMapping("/checks/runs/{id}/closure")
	String close(@PathVariable String id, Person me) {
		this.runs.close(id, me);
		return "redirect:/checks/runs/{id}";
	}

	private void show(Person me, Model model) {
		model.addAttribute("rows", this.runs.overview().stream().map(Row::of).toList());
		model.addAttribute("deviations", this.deviations.unsettled());
		model.addAttribute("targets", this.runs.targets());
		model.addAttribute("mayRun", me.has(Role.OPERATOR) || me.has(Role.ADMIN));
		try {
			var readings = this.suites.readings();
			model.addAttribute("suites", readings.suites());
			model.addAttribute("faults", readings.faults().stream().map(Rejected::reason).toList());
			model.addAttribute("ownerless", readings.ownerless().values().stream().map(Rejected::reason).toList());
		}
		catch (Rejected ex) {
			model.addAttribute("suites", List.<Suite>of());
			model.addAttribute("faults", List.of(ex.reason()));
			model.addAttribute("ownerless", List.<String>of());
		}
	}

	private void show(SuiteRun run, Person me, Model model) {
		var trends = this.runs.trends(run);
		var found = this.deviations.ofCheckRun(run.id())
			.stream()
			.collect(Collectors.toMap(Deviation::id, Function.identity()));
		model.addAttribute("run", run);
		model.addAttribute("look", Look.of(run));
		model.addAttribute("checks",
				run.results()
					.stream()
					.map((result) -> CheckRow.of(result, trends.get(result.check()), found.get(result.deviation())))
					.toList());
		model.addAttribute("works", run.state() == SuiteRun.State.RUNNING);
		model.addAttribute("unsettled", found.values().stream().filter((deviation) -> !deviation.settled()).count());
		model.addAttribute("maySteer", run.run() == null && (me.has(Role.OPERATOR) || me.has(Role.ADMIN)));
	}

}
