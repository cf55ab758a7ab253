package dev.backout.desk.api;

import dev.backout.comms.StatusPage;
import dev.backout.comms.StatusView;
import dev.backout.comms.Subscriptions;
import dev.backout.kernel.Rejected;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** How things stand, for everybody. */
@RestController
@RequestMapping("/api/v1/status")
@Tag(name = "status", description = "The status page; needs no token")
@SecurityRequirements
class StatusApi {

	private final StatusPage status;

	private final Subscriptions subscriptions;

	StatusApi(StatusPage status, Subscriptions subscriptions) {
		this.status = status;
		this.subscriptions = subscriptions;
	}

	@GetMapping
	@Operation(summary = "Components, incidents and maintenance")
	StatusView view() {
		return this.status.view();
	}

	/** What mail programs call for their own button (RFC 8058). */
	@PostMapping("/unsubscribe")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "End a subscription with one click")
	void unsubscribe(@RequestParam String token) {
		if (!this.subscriptions.unsubscribe(token)) {
			throw new Rejected("status.link", "This link does not work: it is too old, or a part of it is missing");
		}
	}

}
