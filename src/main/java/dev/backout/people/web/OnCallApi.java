package dev.backout.people.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.backout.kernel.Rejected;
import dev.backout.people.OnCall;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Roster;
import dev.backout.people.Rotation;
import dev.backout.people.Substitution;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who is on call. Everybody reads; operators swap, administrators set up. */
@RestController
@RequestMapping("/api/v1/on-call")
class OnCallApi {

	private static final Duration AHEAD = Duration.ofDays(14);

	private final OnCall onCall;

	private final Clock clock;

	OnCallApi(OnCall onCall, Clock clock) {
		this.onCall = onCall;
		this.clock = clock;
	}

	/** An override; without a person nobody is on call. */
	record Swap(@NotNull Instant from, @NotNull Instant to, @Nullable String person, @NotBlank String reason) {
	}

	/** The rest of the current shift for somebody else. */
	record HandOff(@NotBlank String to, @NotBlank String reason) {
	}

	@GetMapping("/rotations")
	List<Rotation> rotations() {
		return this.onCall.rotations();
	}

	/** The person at a level, now or at a given time. */
	@GetMapping("/rotations/{id}/person")
	Person at(@PathVariable String id, @RequestParam(defaultValue = "1") int level,
			@RequestParam(required = false) @Nullable Instant at) {
		var instant = Optional.ofNullable(at).orElseGet(this.clock::instant);
		return this.onCall.at(id, level, instant)
			.orElseThrow(() -> new Rejected("on-call.unknown",
					"Nobody is on call for '%s' at level %d at %s".formatted(id, level, instant)));
	}

	/** Who is on call when; two weeks ahead unless asked otherwise. */
	@GetMapping("/rotations/{id}/shifts")
	List<Roster.Shift> shifts(@PathVariable String id, @RequestParam(required = false) @Nullable Instant from,
			@RequestParam(required = false) @Nullable Instant to) {
		var start = Optional.ofNullable(from).orElseGet(this.clock::instant);
		return this.onCall.roster(id).shifts(start, Optional.ofNullable(to).orElse(start.plus(AHEAD)));
	}

	/** When nobody can be reached; an empty list means covered. */
	@GetMapping("/rotations/{id}/gaps")
	List<Roster.Shift> gaps(@PathVariable String id, @RequestParam Instant from, @RequestParam Instant to) {
		return this.onCall.gaps(id, from, to);
	}

	@PostMapping("/rotations/{id}/overrides")
	@ResponseStatus(HttpStatus.CREATED)
	UUID override(@PathVariable String id, @Valid @RequestBody Swap swap, Person by) {
		demandOperator(by);
		return this.onCall.override(new Substitution(id, swap.from(), swap.to(), swap.person(), swap.reason()),
				by.id());
	}

	@PostMapping("/rotations/{id}/hand-off")
	Instant handOff(@PathVariable String id, @Valid @RequestBody HandOff handOff, Person by) {
		demandOperator(by);
		return this.onCall.handOff(id, handOff.to(), this.clock.instant(), handOff.reason(), by.id());
	}

	@DeleteMapping("/overrides/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void removeOverride(@PathVariable UUID id, Person by) {
		demandOperator(by);
		this.onCall.removeOverride(id, by.id());
	}

	/** Who would be asked, and when, if a question came now and nobody answered. */
	@GetMapping("/policies/{id}/simulation")
	List<OnCall.Page> simulate(@PathVariable String id, @RequestParam(required = false) @Nullable Instant at) {
		return this.onCall.simulate(id, Optional.ofNullable(at).orElseGet(this.clock::instant));
	}

	private static void demandOperator(Person person) {
		if (!person.has(Role.OPERATOR) && !person.has(Role.ADMIN)) {
			throw new Rejected("on-call.forbidden", "Only operators and administrators change who is on call");
		}
	}

}
