package dev.backout.watch.web;

import java.time.Duration;
import java.util.List;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.watch.Health;
import dev.backout.watch.ReleaseHealth;
import dev.backout.watch.Replay;
import dev.backout.watch.Sample;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How releases do, and why. */
@RestController
@RequestMapping("/api/v1/health")
class HealthApi {

	private final Health health;

	HealthApi(Health health) {
		this.health = health;
	}

	/** Those that are unhealthy now. */
	@GetMapping
	List<ReleaseHealth> unhealthy() {
		return this.health.unhealthy();
	}

	@GetMapping("/{release}")
	ReleaseHealth of(@PathVariable String release) {
		return this.health.of(release);
	}

	/** Measures now. */
	@PostMapping("/{release}/measurement")
	ReleaseHealth measure(@PathVariable String release, Person person) {
		require(person);
		return this.health.measure(release);
	}

	@GetMapping("/{release}/triggers/{trigger}/samples")
	List<Sample> samples(@PathVariable String release, @PathVariable String trigger,
			@RequestParam(defaultValue = "PT24H") Duration back) {
		return this.health.samples(release, trigger, back);
	}

	/** Measures and keeps nothing. */
	@PostMapping("/{release}/triggers/{trigger}/dry-run")
	List<Sample> dryRun(@PathVariable String release, @PathVariable String trigger, Person person) {
		require(person);
		return this.health.dryRun(release, trigger);
	}

	/** What the trigger would have said with another limit. */
	@GetMapping("/{release}/triggers/{trigger}/replay")
	Replay replay(@PathVariable String release, @PathVariable String trigger, @RequestParam double limit,
			@RequestParam int consecutive, @RequestParam(defaultValue = "PT24H") Duration back) {
		if (consecutive < 1 || consecutive > 100) {
			throw new IllegalArgumentException("consecutive must be from 1 to 100, was " + consecutive);
		}
		return this.health.replay(release, trigger, back, limit, consecutive);
	}

	private static void require(Person person) {
		if (!person.has(Role.OPERATOR) && !person.has(Role.ADMIN)) {
			throw new Rejected("watch.forbidden", "This needs the role operator");
		}
	}

}
