package dev.backout.desk.web;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

import dev.backout.kernel.Rejected;
import dev.backout.people.ApiTokens;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The reader's own bearer tokens. */
@Controller
class TokenPages {

	private final ApiTokens tokens;

	TokenPages(ApiTokens tokens) {
		this.tokens = tokens;
	}

	@GetMapping("/tokens")
	String list(Person me, Model model) {
		model.addAttribute("tokens", this.tokens.of(me.id()));
		return "tokens";
	}

	/** Shows the secret in this one answer; it cannot be had again. */
	@PostMapping("/tokens")
	String issue(@RequestParam String name, @RequestParam int days,
			@RequestParam(required = false) @Nullable Set<Role> roles, Person me, Model model) {
		var wanted = (roles != null) ? roles : EnumSet.noneOf(Role.class);
		model.addAttribute("issued", this.tokens.issue(me.id(), name, wanted, Duration.ofDays(days), me.id()));
		return list(me, model);
	}

	@PostMapping("/tokens/{id}/revoke")
	String revoke(@PathVariable UUID id, Person me) {
		if (this.tokens.of(me.id()).stream().noneMatch((token) -> token.id().equals(id))) {
			throw new Rejected("token.unknown", "You have no such token");
		}
		this.tokens.revoke(id, me.id());
		return "redirect:/tokens";
	}

}
