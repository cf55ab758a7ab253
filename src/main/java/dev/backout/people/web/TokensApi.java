package dev.backout.people.web;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.backout.kernel.Rejected;
import dev.backout.people.ApiToken;
import dev.backout.people.ApiTokens;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** One's own tokens. */
@RestController
@RequestMapping("/api/v1/tokens")
class TokensApi {

	private final ApiTokens tokens;

	TokensApi(ApiTokens tokens) {
		this.tokens = tokens;
	}

	/** What somebody wants a token for. */
	record Wanted(@NotBlank String name, @NotEmpty Set<Role> roles, @Min(1) @Max(366) int days) {
	}

	@GetMapping
	List<ApiToken> own(Person person) {
		return this.tokens.of(person.id());
	}

	/**
	 * The secret is in this answer and nowhere else. A token makes none that may do more.
	 */
	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	ApiToken.Issued issue(@Valid @RequestBody Wanted wanted, Person by) {
		if (!by.roles().containsAll(wanted.roles())) {
			throw new Rejected("token.forbidden", "You act with the roles %s here, a token of yours cannot have %s"
				.formatted(by.roles(), wanted.roles()));
		}
		return this.tokens.issue(by.id(), wanted.name(), wanted.roles(), Duration.ofDays(wanted.days()), by.id());
	}

	/** One's own, or as an administrator anybody's. */
	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void revoke(@PathVariable UUID id, Person by) {
		var own = this.tokens.of(by.id()).stream().anyMatch((token) -> token.id().equals(id));
		if (!own && !by.has(Role.ADMIN)) {
			throw new Rejected("token.unknown", "You have no token " + id);
		}
		this.tokens.revoke(id, by.id());
	}

}
