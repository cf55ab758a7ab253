package dev.backout.comms.web;

import java.net.URI;
import java.util.List;
import java.util.UUID;

import dev.backout.comms.StatusPage;
import dev.backout.comms.StatusView;
import dev.backout.comms.StatusView.Incident;
import dev.backout.comms.Subscriptions;
import dev.backout.kernel.Rejected;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What everybody may know, without a log-in. */
@RestController
@RequestMapping("/api/v1/status")
class StatusApi {

	private final StatusPage page;

	private final Subscriptions subscriptions;

	StatusApi(StatusPage page, Subscriptions subscriptions) {
		this.page = page;
		this.subscriptions = subscriptions;
	}

	/** Who wants to hear of what. */
	record Subscription(@NotBlank String email, @Nullable List<String> components) {
	}

	@GetMapping
	StatusView view() {
		return this.page.view();
	}

	@GetMapping("/incidents/{id}")
	Incident incident(@PathVariable UUID id) {
		return this.page.incident(id).orElseThrow(() -> new Rejected("status.unknown", "There is no incident " + id));
	}

	/** Answers alike whether the address is known or not. */
	@PostMapping("/subscriptions")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void subscribe(@Valid @RequestBody Subscription wanted) {
		this.subscriptions.request(wanted.email(), (wanted.components() != null) ? wanted.components() : List.of());
	}

	/** One click in the mail program (RFC 8058); no cookie is read here. */
	@PostMapping("/unsubscribe")
	ResponseEntity<Void> unsubscribe(@RequestParam String token) {
		return this.subscriptions.unsubscribe(token) ? ResponseEntity.noContent().build()
				: ResponseEntity.badRequest().build();
	}

	/**
	 * A mail program that knows no one-click opens the address: it must change nothing.
	 */
	@GetMapping("/unsubscribe")
	ResponseEntity<Void> ask(@RequestParam String token) {
		var page = "/status/unsubscribe?token=" + (token.matches("[A-Za-z0-9._-]*") ? token : "");
		return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(page)).build();
	}

}
