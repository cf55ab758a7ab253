package dev.backout.desk.web;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import dev.backout.kernel.NodeClock;
import dev.backout.people.OnCall;
import dev.backout.people.Person;
import dev.backout.people.Rotation;
import dev.backout.run.Inbox;
import dev.backout.run.Run;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import dev.backout.watch.Health;
import dev.backout.watch.ReleaseHealth;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The first page: what needs the reader, what is wrong, who is on call, what runs. */
@Controller
class DeskPage {

	private static final int TASKS = 25;

	private static final int RUNS = 20;

	private final Inbox inbox;

	private final Health health;

	private final Runs runs;

	private final OnCall onCall;

	private final Clock clock;

	private final NodeClock nodeClock;

	DeskPage(Inbox inbox, Health health, Runs runs, OnCall onCall, Clock clock, NodeClock nodeClock) {
		this.nodeClock = nodeClock;
		this.inbox = inbox;
		this.health = health;
		this.runs = runs;
		this.onCall = onCall;
		this.clock = clock;
	}

	@GetMapping("/")
	String desk(@RequestParam(required = false) @Nullable String after, Person me, Model model) {
		show(after, me, model);
		return "desk";
	}

	@GetMapping("/desk/live")
	String live(@RequestParam(required = false) @Nullable String after, Person me, Model model) {
		show(after, me, model);
		return "desk :: live";
	}

	/**
	 * A release that is not well, and the run that undoes it already, if there is one.
	 */
	public record Trouble(ReleaseHealth health, @Nullable Run run) {
	}

	/** Who is on call in a rotation, and who is next. */
	public record Duty(Rotation rotation, @Nullable Person now, @Nullable Person next) {
	}

	private void show(@Nullable String after, Person me, Model model) {
		var recent = this.runs.recent(RUNS);
		var page = this.inbox.of(me, after, TASKS);
		model.addAttribute("after", after);
		model.addAttribute("page", page);
		var troubles = this.health.unhealthy().stream().map((health) -> trouble(health, recent)).toList();
		var stuck = recent.stream().filter((run) -> run.state() == RunState.STUCK).map(RunRow::of).toList();
		model.addAttribute("headline", headline(page.open(), troubles, stuck.size()));
		model.addAttribute("troubles", troubles);
		model.addAttribute("stuck", stuck);
		model.addAttribute("clock", this.nodeClock.right() ? null : this.nodeClock.sentence());
		model.addAttribute("runs", recent.stream().map(RunRow::of).limit(8).toList());
		model.addAttribute("duties", duties(this.clock.instant()));
	}

	/**
	 * The most urgent thing in one line: what waits for the reader, then what nobody is
	 * at yet.
	 */
	private static String headline(long open, List<Trouble> troubles, int stuck) {
		var unattended = troubles.stream().filter((trouble) -> trouble.run() == null).count();
		if (open > 0) {
			return (open == 1) ? "One thing waits for you" : open + " things wait for you";
		}
		if (unattended > 0) {
			return (unattended == 1) ? "A release is unhealthy" : unattended + " releases are unhealthy";
		}
		if (stuck > 0) {
			return (stuck == 1) ? "A run is stuck" : stuck + " runs are stuck";
		}
		return "Nothing waits for you";
	}

	private static Trouble trouble(ReleaseHealth health, List<Run> runs) {
		var undoing = runs.stream().filter((run) -> run.active() && run.release().equals(health.release())).findFirst();
		return new Trouble(health, undoing.orElse(null));
	}

	private List<Duty> duties(Instant now) {
		return this.onCall.rotations()
			.stream()
			.map((rotation) -> new Duty(rotation, this.onCall.at(rotation.id(), 1, now).orElse(null),
					this.onCall.at(rotation.id(), 2, now).orElse(null)))
			.toList();
	}

}
