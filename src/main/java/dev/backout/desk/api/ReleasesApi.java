package dev.backout.desk.api;

import java.util.List;

import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.Plans;
import dev.backout.watch.Health;
import dev.backout.watch.ReleaseHealth;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Releases, how they do, and what undoing them takes. */
@RestController
@RequestMapping("/api/v1/releases")
@Tag(name = "releases", description = "What was deployed")
class ReleasesApi {

	private final Releases releases;

	private final Plans plans;

	private final Health health;

	ReleasesApi(Releases releases, Plans plans, Health health) {
		this.releases = releases;
		this.plans = plans;
		this.health = health;
	}

	/** A release; see {@link Release} for what the names mean. */
	record ReleaseBody(String id, String product, String version, String title, String target,
			@Nullable String previous, List<String> components, List<String> flags) {

		static ReleaseBody of(Release release) {
			return new ReleaseBody(release.id(), release.product().id(), release.version(), release.title(),
					release.target(), release.previous(),
					release.components().stream().map((part) -> part.component().id()).toList(), release.flags());
		}

	}

	@GetMapping
	@Operation(summary = "All releases, by product, oldest first")
	List<ReleaseBody> list() {
		return this.releases.all().stream().map(ReleaseBody::of).toList();
	}

	@GetMapping("/{id}")
	@Operation(summary = "A release")
	ReleaseBody get(@PathVariable String id) {
		return ReleaseBody.of(this.releases.get(id));
	}

	@GetMapping("/{id}/health")
	@Operation(summary = "How it does, with the evidence")
	ReleaseHealth health(@PathVariable String id) {
		return this.health.of(this.releases.get(id).id());
	}

	@GetMapping("/{id}/plan")
	@Operation(summary = "What undoing it takes, as of now")
	BackoutPlan plan(@PathVariable String id) {
		var release = this.releases.get(id);
		return this.plans.compute(release.id(), release.target());
	}

}
