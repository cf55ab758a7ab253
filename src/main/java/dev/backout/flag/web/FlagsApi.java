package dev.backout.flag.web;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import dev.backout.flag.Flag;
import dev.backout.flag.Flags;
import dev.backout.flag.Toggle;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Flags for the pages and for scripts. */
@RestController
@RequestMapping("/api/v1/flags")
class FlagsApi {

	private final Flags flags;

	private final Clock clock;

	FlagsApi(Flags flags, Clock clock) {
		this.flags = flags;
		this.clock = clock;
	}

	/**
	 * A flag and what time makes of it.
	 *
	 * @param flag as it is
	 * @param stale whether it outlived its purpose
	 * @param staleAt when it does
	 */
	record FlagView(Flag flag, boolean stale, Instant staleAt) {
	}

	/**
	 * A change.
	 *
	 * @param on the new state, or
	 * @param percentage of users that get it from now on, which also switches it on
	 */
	record Change(@Nullable Boolean on, @Nullable @Min(0) @Max(100) Integer percentage) {
	}

	@GetMapping
	List<FlagView> all() {
		return this.flags.all().stream().map(this::view).toList();
	}

	@GetMapping("/{key}")
	FlagView one(@PathVariable String key) {
		return view(this.flags.find(key)
			.orElseThrow(() -> new Rejected("flag.unknown", "There is no flag '%s'".formatted(key))));
	}

	@GetMapping("/{key}/history")
	List<Toggle> history(@PathVariable String key) {
		return this.flags.history(key, 100);
	}

	/** Answers what became of it; a change that was taken back is no error. */
	@PostMapping("/{key}")
	Toggle change(@PathVariable String key, @Valid @RequestBody Change change, Person person) {
		if (!person.has(Role.OPERATOR) && !person.has(Role.ADMIN)) {
			throw new Rejected("flag.forbidden", "Only operators switch flags");
		}
		if (change.percentage() != null && !Boolean.FALSE.equals(change.on())) {
			return this.flags.ramp(key, change.percentage(), person.id(), key);
		}
		if (change.on() == null || change.percentage() != null) {
			throw new IllegalArgumentException("Give 'on', or 'percentage' of those who get it");
		}
		return this.flags.turn(key, change.on(), person.id(), key);
	}

	private FlagView view(Flag flag) {
		return new FlagView(flag, flag.stale(this.clock.instant()), flag.createdAt().plus(flag.expectedLife()));
	}

}
