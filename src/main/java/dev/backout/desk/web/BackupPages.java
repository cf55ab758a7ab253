package dev.backout.desk.web;

import java.util.List;
import java.util.Set;

import dev.backout.backup.Alarm;
import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.backup.Former;
import dev.backout.backup.Hold;
import dev.backout.backup.Keeping;
import dev.backout.backup.Objectives;
import dev.backout.backup.Restores;
import dev.backout.desk.BackupStarts;
import dev.backout.desk.Problems;
import dev.backout.desk.RestoreStarts;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.run.Severity;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Backups, whether they are known to restore, and how they stand against the promise. */
@Controller
class BackupPages {

	private final Backups backups;

	private final Keeping keeping;

	private final Restores restores;

	private final RestoreStarts starts;

	private final BackupStarts work;

	private final Format format;

	BackupPages(Backups backups, Keeping keeping, Restores restores, Starts starts, Format format) {
		this.backups = backups;
		this.keeping = keeping;
		this.restores = restores;
		this.starts = starts.restores();
		this.work = starts.backups();
		this.format = format;
	}

	/** A backup in the list. */
	public record BackupRow(Backup backup, @Nullable Hold hold, Set<String> generations) {
	}

	/** A target's promise, and what became of it. */
	public record TargetRow(Objectives objectives, Trend restores, Trend gaps, List<Alarm> alarms) {
	}

	/** What can be begun from here. */
	@Component
	record Starts(RestoreStarts restores, BackupStarts backups) {
	}

	@GetMapping("/backups")
	String list(Person me, Model model) {
		showAll(me, model);
		return "backups";
	}

	private void showAll(Person me, Model model) {
		var all = this.backups.list();
		var holds = this.keeping.holds(all);
		var targets = all.stream().map(Backup::target).distinct().sorted().toList();
		var kept = new java.util.HashMap<String, Set<String>>();
		targets.forEach((target) -> kept.putAll(this.keeping.kept(target)));
		model.addAttribute("backups", all.stream()
			.map((backup) -> new BackupRow(backup, holds.get(backup.id()), kept.getOrDefault(backup.id(), Set.of())))
			.toList());
		model.addAttribute("targets", targets.stream().map(this::target).toList());
		model.addAttribute("mayTake", me.has(Role.OPERATOR));
		model.addAttribute("takeable", this.work.targets());
	}

	@PostMapping("/backups")
	String take(@RequestParam String target, @RequestParam String reason, Person me, Model model,
			HttpServletResponse response) {
		try {
			return "redirect:/runs/" + this.work.take(target, reason, me);
		}
		catch (Rejected ex) {
			showAll(me, model);
			return refused(ex, reason, "backups", model, response);
		}
	}

	@PostMapping("/backups/{id}/verify")
	String verify(@PathVariable String id, @RequestParam String reason, Person me, Model model,
			HttpServletResponse response) {
		try {
			return "redirect:/runs/" + this.work.verify(id, reason, me);
		}
		catch (Rejected ex) {
			show(id, me, model);
			return refused(ex, reason, "backup", model, response);
		}
	}

	private static String refused(Rejected why, String reason, String view, Model model, HttpServletResponse response) {
		response.setStatus(Problems.statusOf(why).value());
		model.addAttribute("fault", why.reason());
		model.addAttribute("reason", reason);
		return view;
	}

	private TargetRow target(String target) {
		var objectives = this.keeping.objectives(target);
		return new TargetRow(objectives,
				Trend.of("Measured restores", objectives.trend(), objectives.rto(), this.format),
				Trend.of("Time between verified backups", objectives.gaps(), objectives.rpo(), this.format),
				this.keeping.alarms(target));
	}

	@GetMapping("/backups/{id}")
	String backup(@PathVariable String id, Person me, Model model) {
		show(id, me, model);
		return "backup";
	}

	private void show(String id, Person me, Model model) {
		var backup = this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
		model.addAttribute("backup", backup);
		model.addAttribute("generations", this.keeping.kept(backup.target()).getOrDefault(id, Set.of()));
		model.addAttribute("history", this.keeping.history(id));
		model.addAttribute("copies", this.keeping.copies(id));
		model.addAttribute("estimate", this.restores.estimate(backup));
		model.addAttribute("mayVerify", me.has(Role.OPERATOR));
		model.addAttribute("mayRestore", me.has(Role.OPERATOR));
		model.addAttribute("mayHold", me.has(Role.AUDITOR) || me.has(Role.ADMIN));
		model.addAttribute("mayRelease", me.has(Role.ADMIN));
		addContents(backup, model);
	}

	/** A backup whose files are gone still has a page, which says so. */
	private void addContents(Backup backup, Model model) {
		try {
			model.addAttribute("hold", this.keeping.held(backup.id()).orElse(null));
			model.addAttribute("contents", this.keeping.contents(backup.id()));
		}
		catch (Rejected ex) {
			model.addAttribute("unreadable", ex.reason());
		}
	}

	@GetMapping("/backups/{id}/restore")
	String restore(@PathVariable String id, Person me, Model model) {
		show(id, me, model);
		addRestore(model);
		return "restore";
	}

	private void addRestore(Model model) {
		var backup = (Backup) java.util.Objects.requireNonNull(model.getAttribute("backup"));
		model.addAttribute("downtimes", this.restores.downtimes(backup.target()));
		model.addAttribute("formers", formers(backup.target()));
	}

	/** The server may not answer just when a restore is needed. */
	private List<Former> formers(String target) {
		try {
			return this.restores.formers(target);
		}
		catch (RuntimeException ex) {
			return List.of();
		}
	}

	@PostMapping("/backups/{id}/restore")
	String start(@PathVariable String id, @RequestParam Severity severity, @RequestParam String reason, Person me,
			Model model, HttpServletResponse response) {
		try {
			if (reason.isBlank()) {
				throw new Rejected("restore.reason", "Say why: everybody reads it");
			}
			return "redirect:/runs/" + this.starts.start(id, severity, reason, me);
		}
		catch (Rejected ex) {
			show(id, me, model);
			addRestore(model);
			return refused(ex, reason, "restore", model, response);
		}
	}

	@PostMapping("/backups/{id}/hold")
	String hold(@PathVariable String id, @RequestParam String reason, Person me) {
		demand(me.has(Role.AUDITOR) || me.has(Role.ADMIN), "Holding a backup takes the role auditor");
		this.keeping.hold(id, me.id(), demandReason(reason));
		return "redirect:/backups/{id}";
	}

	@PostMapping("/backups/{id}/release")
	String release(@PathVariable String id, @RequestParam String reason, Person me) {
		demand(me.has(Role.ADMIN), "Releasing a hold takes the role admin");
		this.keeping.release(id, me.id(), demandReason(reason));
		return "redirect:/backups/{id}";
	}

	@PostMapping("/backups/{id}/retire")
	String retire(@PathVariable String id, Person me) {
		demand(me.has(Role.ADMIN), "Deleting a backup takes the role admin");
		this.keeping.retire(id, me.id(), id);
		return "redirect:/backups";
	}

	private static String demandReason(String reason) {
		if (reason.isBlank() || reason.length() > 500) {
			throw new Rejected("backup.reason", "Say why, in up to 500 characters");
		}
		return reason.strip();
	}

	private static void demand(boolean may, String otherwise) {
		if (!may) {
			throw new AccessDeniedException(otherwise);
		}
	}

}
