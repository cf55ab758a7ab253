package dev.backout.people.web;

import java.util.List;
import java.util.Set;

import dev.backout.kernel.Rejected;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who may log in. Everybody reads; administrators change. */
@RestController
@RequestMapping("/api/v1/people")
class PeopleApi {

	private final People people;

	PeopleApi(People people) {
		this.people = people;
	}

	/**
	 * Somebody, as an administrator writes them.
	 *
	 * @param password only when they are added
	 */
	record Entry(@NotBlank @Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,62}") String id, @NotBlank String name,
			@NotBlank @Email String email, @NotNull Set<Role> roles, @Nullable String password) {

		Person person() {
			return new Person(this.id, this.name, this.email, this.roles);
		}

	}

	/** A new password. */
	record Password(@NotBlank String password) {
	}

	@GetMapping
	List<Person> all() {
		return this.people.all();
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	void add(@Valid @RequestBody Entry entry, Person by) {
		demandAdministrator(by);
		this.people.add(entry.person(), entry.password(), by.id());
	}

	@PutMapping("/{id}")
	void change(@PathVariable String id, @Valid @RequestBody Entry entry, Person by) {
		demandAdministrator(by);
		if (!id.equals(entry.id())) {
			throw new IllegalArgumentException("An id cannot be changed: '%s' and '%s'".formatted(id, entry.id()));
		}
		this.people.change(entry.person(), by.id());
	}

	@PutMapping("/{id}/password")
	void setPassword(@PathVariable String id, @Valid @RequestBody Password password, Person by) {
		demandAdministrator(by);
		this.people.setPassword(id, password.password(), by.id());
	}

	@PostMapping("/{id}/disable")
	void disable(@PathVariable String id, Person by) {
		demandAdministrator(by);
		this.people.disable(id, by.id());
	}

	@PostMapping("/{id}/enable")
	void enable(@PathVariable String id, Person by) {
		demandAdministrator(by);
		this.people.enable(id, by.id());
	}

	private static void demandAdministrator(Person person) {
		if (!person.has(Role.ADMIN)) {
			throw new Rejected("people.forbidden", "Only administrators change people");
		}
	}

}
