package dev.backout.desk.web;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;

import dev.backout.database.Targets;
import dev.backout.desk.Problems;
import dev.backout.kernel.Rejected;
import dev.backout.migration.KeptThing;
import dev.backout.migration.Outcome;
import dev.backout.migration.Retention;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What migrations keep in the targets, and who lets go of it. */
@Controller
class KeptPages {

	/** So many conflicts are shown at once. */
	private static final int SHOWN = 100;

	private final Retention retention;

	private final Targets targets;

	private final Clock clock;

	KeptPages(Retention retention, Targets targets, Clock clock) {
		this.retention = retention;
		this.targets = targets;
		this.clock = clock;
	}

	/** A kept thing in the list. */
	public record ThingRow(KeptThing thing, boolean due) {
	}

	/** A target and what it keeps, or why nobody can tell. */
	public record TargetRow(String target, List<ThingRow> things, long bytes, @Nullable String problem) {
	}

	@GetMapping("/kept")
	String list(Model model) {
		model.addAttribute("targets", this.targets.all().stream().map((target) -> target(target.name())).toList());
		return "kept";
	}

	/** One that does not answer must not hide the others. */
	private TargetRow target(String name) {
		try {
			var now = this.clock.instant();
			var things = this.retention.kept(name);
			return new TargetRow(name, things.stream().map((thing) -> new ThingRow(thing, thing.due(now))).toList(),
					things.stream().mapToLong(KeptThing::bytes).sum(), null);
		}
		catch (RuntimeException ex) {
			return new TargetRow(name, List.of(), 0, "Target '%s' does not answer just now".formatted(name));
		}
	}

	@GetMapping("/kept/thing")
	String thing(@RequestParam String target, @RequestParam String stash, @RequestParam(defaultValue = "0") long after,
			Person me, Model model) {
		show(target, stash, after, me, model);
		return "kept-thing";
	}

	private void show(String target, String stash, long after, Person me, Model model) {
		var thing = this.retention.kept(target, stash);
		var conflicts = this.retention.conflicts(target, stash, after, SHOWN);
		model.addAttribute("target", target);
		model.addAttribute("after", after);
		model.addAttribute("thing", thing);
		model.addAttribute("due", thing.due(this.clock.instant()));
		model.addAttribute("tallies", this.retention.tallies(target, stash));
		model.addAttribute("conflicts", conflicts);
		model.addAttribute("more", (conflicts.size() == SHOWN) ? last(conflicts) : null);
		model.addAttribute("tomorrow", LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC).plusDays(1));
		model.addAttribute("mayKeep", me.has(Role.OPERATOR));
		model.addAttribute("mayRetire", me.has(Role.APPROVER));
	}

	private static long last(List<Outcome.Conflict> conflicts) {
		return conflicts.get(conflicts.size() - 1).number();
	}

	@PostMapping("/kept/keep")
	String keep(@RequestParam String target, @RequestParam String stash, @RequestParam String until,
			@RequestParam String reason, Person me, Model model, HttpServletResponse response) {
		demand(me, Role.OPERATOR, "Keeping something on takes the role operator");
		return decided(target, stash, me, model, response,
				() -> this.retention.keepOn(target, stash, day(until), me.id(), demandReason(reason)));
	}

	@PostMapping("/kept/retire")
	String retire(@RequestParam String target, @RequestParam String stash, @RequestParam String reason, Person me,
			Model model, HttpServletResponse response) {
		demand(me, Role.APPROVER, "Letting go of something takes the role approver");
		return decided(target, stash, me, model, response,
				() -> this.retention.retire(target, stash, me.id(), demandReason(reason)));
	}

	private String decided(String target, String stash, Person me, Model model, HttpServletResponse response,
			Runnable decision) {
		try {
			decision.run();
			return "redirect:/kept";
		}
		catch (Rejected ex) {
			if (ex.code().equals("kept.unknown")) {
				throw ex;
			}
			response.setStatus(Problems.statusOf(ex).value());
			show(target, stash, 0, me, model);
			model.addAttribute("fault", ex.reason());
			return "kept-thing";
		}
	}

	/** The whole day counts. */
	private static Instant day(String text) {
		try {
			return LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
		}
		catch (DateTimeParseException ex) {
			throw new Rejected("kept.until", "Give the day as 2027-01-31");
		}
	}

	private static String demandReason(String reason) {
		if (reason.isBlank() || reason.length() > 500) {
			throw new Rejected("kept.reason", "Say why, in up to 500 characters");
		}
		return reason.strip();
	}

	private static void demand(Person me, Role role, String otherwise) {
		if (!me.has(role)) {
			throw new AccessDeniedException(otherwise);
		}
	}

}
