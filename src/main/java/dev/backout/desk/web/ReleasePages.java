package dev.backout.desk.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;
import dev.backout.migration.Proofs;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.PlanStep;
import dev.backout.plan.Plans;
import dev.backout.run.Run;
import dev.backout.run.RunRequest;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import dev.backout.watch.Health;
import dev.backout.watch.ReleaseHealth;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Releases, what undoing one would take, and the form that declares it. */
@Controller
class ReleasePages {

	private final Releases releases;

	private final Plans plans;

	private final Runs runs;

	private final Health health;

	private final Proofs proofs;

	ReleasePages(Releases releases, Plans plans, Runs runs, Health health, Proofs proofs) {
		this.releases = releases;
		this.plans = plans;
		this.runs = runs;
		this.health = health;
		this.proofs = proofs;
	}

	/** A release and how it does. */
	public record ReleaseRow(Release release, ReleaseHealth health) {
	}

	/**
	 * What the declaring person fills in.
	 *
	 * @param planDigest the plan that they saw
	 */
	public record Declaration(@NotNull(message = "Choose how bad it is") Severity severity,
			@NotBlank(message = "Say why: everybody reads it") @Size(max = 500,
					message = "Keep it under 500 characters") String reason,
			@Nullable String planDigest) {
	}

	@GetMapping("/releases")
	String list(Model model) {
		model.addAttribute("releases",
				this.releases.all()
					.stream()
					.map((release) -> new ReleaseRow(release, this.health.of(release.id())))
					.toList());
		return "releases";
	}

	@GetMapping("/releases/{id}")
	String release(@PathVariable String id, Person me, Model model) {
		var release = this.releases.get(id);
		ProofPages.add(this.proofs, id, me, model);
		model.addAttribute("release", release);
		model.addAttribute("health", this.health.of(id));
		model.addAttribute("run", activeRun(release));
		addPlan(release, model);
		return "release";
	}

	@GetMapping("/releases/{id}/rollback")
	String rollback(@PathVariable String id, Person me, Model model) {
		show(this.releases.get(id), me, model);
		return "rollback";
	}

	/** For the desk: the plan in a few lines, or why there is none. */
	@GetMapping("/releases/{id}/rollback/summary")
	String summary(@PathVariable String id, Model model) {
		addPlan(this.releases.get(id), model);
		return "parts-plan :: inShort";
	}

	@PostMapping("/releases/{id}/rollback")
	String declare(@PathVariable String id, @Valid @ModelAttribute("declaration") Declaration declaration,
			BindingResult errors, Person me, Model model, HttpServletResponse response) {
		var release = this.releases.get(id);
		if (errors.hasErrors()) {
			return again(release, me, model, response, 400, errors.getAllErrors().get(0).getDefaultMessage());
		}
		try {
			var run = this.runs.start(RunRequest.rollback(release.id(), release.target(), declaration.severity(),
					declaration.reason().strip(), declaration.planDigest()), me);
			return "redirect:/runs/" + run;
		}
		catch (Rejected ex) {
			return again(release, me, model, response, 409, ex.reason());
		}
	}

	private String again(Release release, Person me, Model model, HttpServletResponse response, int status,
			@Nullable String why) {
		response.setStatus(status);
		show(release, me, model);
		model.addAttribute("fault", why);
		return "rollback";
	}

	private void show(Release release, Person me, Model model) {
		model.addAttribute("release", release);
		model.addAttribute("health", this.health.of(release.id()));
		model.addAttribute("run", activeRun(release));
		model.addAttribute("severities", Severity.values());
		model.addAttribute("mayDeclare", me.has(Role.OPERATOR));
		addPlan(release, model);
	}

	private void addPlan(Release release, Model model) {
		try {
			var plan = this.plans.compute(release.id(), release.target());
			model.addAttribute("plan", plan);
			model.addAttribute("changes", deployed(plan));
		}
		catch (Rejected ex) {
			model.addAttribute("noPlan", ex.reason());
		}
	}

	private @Nullable Run activeRun(Release release) {
		return this.runs.active(release.id(), release.target()).orElse(null);
	}

	/** The changesets as they were deployed: the other way round than they are undone. */
	private static List<PlanStep> deployed(BackoutPlan plan) {
		var changes = new ArrayList<>(plan.reverts());
		Collections.reverse(changes);
		return changes;
	}

}
