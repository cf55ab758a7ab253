package dev.backout.migration.web;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import dev.backout.migration.KeptThing;
import dev.backout.migration.Outcome;
import dev.backout.migration.Retention;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What migrations keep in a target until somebody lets go of it. */
@Validated
@RestController
@RequestMapping("/api/v1/targets/{target}/kept")
class KeptApi {

	private final Retention retention;

	private final Clock clock;

	KeptApi(Retention retention, Clock clock) {
		this.retention = retention;
		this.clock = clock;
	}

	/** The oldest first. */
	@GetMapping
	List<Kept> kept(@PathVariable String target) {
		var now = this.clock.instant();
		return this.retention.kept(target).stream().map((thing) -> new Kept(thing, thing.due(now))).toList();
	}

	/** Rows that could not simply be put back, page by page. */
	@GetMapping("/conflicts")
	Conflicts conflicts(@PathVariable String target, @RequestParam String stash,
			@RequestParam(defaultValue = "0") long after,
			@RequestParam(defaultValue = "1000") @Min(1) @Max(10000) int limit) {
		var tallies = this.retention.tallies(target, stash);
		var page = this.retention.conflicts(target, stash, after, limit);
		var next = (page.size() == limit) ? page.get(page.size() - 1).number() : null;
		return new Conflicts(tallies.stream().mapToLong(Outcome.Tally::count).sum(), tallies, page, next);
	}

	@PostMapping("/keep")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void keep(@PathVariable String target, @Valid @RequestBody KeepOn body, Person person) {
		demand(person, Role.OPERATOR, "keep something on");
		this.retention.keepOn(target, body.stash(), body.until(), person.id(), body.reason().strip());
	}

	/** For good. */
	@PostMapping("/retire")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void retire(@PathVariable String target, @Valid @RequestBody LetGo body, Person person) {
		demand(person, Role.APPROVER, "let go of something that is kept");
		this.retention.retire(target, body.stash(), person.id(), body.reason().strip());
	}

	private static void demand(Person person, Role role, String what) {
		if (!person.has(role)) {
			throw new AccessDeniedException(
					"To %s takes the role %s".formatted(what, role.name().toLowerCase(java.util.Locale.ROOT)));
		}
	}

	/**
	 * Something that is kept.
	 *
	 * @param thing what
	 * @param due whether its time is over
	 */
	record Kept(@com.fasterxml.jackson.annotation.JsonUnwrapped KeptThing thing, boolean due) {
	}

	/**
	 * A page of conflicts.
	 *
	 * @param total of this stash
	 * @param tallies how many of each kind
	 * @param conflicts in the order in which they were found
	 * @param next what to give as {@code after} for the next page; null at the end
	 */
	record Conflicts(long total, List<Outcome.Tally> tallies, List<Outcome.Conflict> conflicts, @Nullable Long next) {
	}

	/**
	 * A decision to keep.
	 *
	 * @param stash name of what is kept
	 * @param until when
	 * @param reason why
	 */
	record KeepOn(@NotBlank String stash, @NotNull Instant until, @NotBlank @Size(max = 500) String reason) {
	}

	/**
	 * A decision to let go.
	 *
	 * @param stash name of what is kept
	 * @param reason why
	 */
	record LetGo(@NotBlank String stash, @NotBlank @Size(max = 500) String reason) {
	}

}
