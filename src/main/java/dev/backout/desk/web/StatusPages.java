package dev.backout.desk.web;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import dev.backout.comms.StatusPage;
import dev.backout.comms.StatusView.Incident;
import dev.backout.comms.Subscriptions;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** What everybody may see: no log-in, no jargon. */
@Controller
class StatusPages {

	private final StatusPage status;

	private final Subscriptions subscriptions;

	StatusPages(StatusPage status, Subscriptions subscriptions) {
		this.status = status;
		this.subscriptions = subscriptions;
	}

	@GetMapping("/status")
	String page(Model model) {
		show(model);
		return "status";
	}

	/**
	 * Asked for by open pages from time to time: a stream for each stranger would cost
	 * too much.
	 */
	@GetMapping("/status/live")
	String live(Model model) {
		show(model);
		return "status :: live";
	}

	private void show(Model model) {
		model.addAttribute("view", this.status.view());
		model.addAttribute("bars", new UptimeBars());
	}

	@GetMapping("/status/incidents/{id}")
	String incident(@PathVariable UUID id, Model model) {
		model.addAttribute("incident", this.status.incident(id)
			.orElseThrow(() -> new Rejected("status.unknown", "There is no such incident")));
		return "status-incident";
	}

	@GetMapping(path = "/status/feed.atom", produces = "application/atom+xml")
	ResponseEntity<String> feed() {
		var view = this.status.view();
		List<Incident> incidents = Stream.concat(view.incidents().stream(), view.past().stream()).toList();
		var here = ServletUriComponentsBuilder.fromCurrentContextPath().toUriString();
		return ResponseEntity.ok()
			.contentType(MediaType.parseMediaType("application/atom+xml;charset=UTF-8"))
			.cacheControl(CacheControl.maxAge(Duration.ofSeconds(30)))
			.body(StatusFeed.of(incidents, view.at(), here));
	}

	@PostMapping("/status/subscriptions")
	String subscribe(@RequestParam String email, @RequestParam(required = false) @Nullable List<String> components,
			Model model) {
		try {
			this.subscriptions.request(email, (components != null) ? components : List.of());
			model.addAttribute("said", "asked");
		}
		catch (IllegalArgumentException ex) {
			model.addAttribute("said", "malformed");
		}
		return "status-said";
	}

	/**
	 * Opening the link changes nothing, as mail filters open links too: the button does.
	 */
	@GetMapping("/status/confirm")
	String confirm(@RequestParam String token, Model model) {
		model.addAttribute("token", token);
		model.addAttribute("address", this.subscriptions.addressOf(token).orElse(null));
		model.addAttribute("said", "confirm");
		return "status-said";
	}

	@PostMapping("/status/confirm")
	String confirmed(@RequestParam String token, Model model) {
		model.addAttribute("said", this.subscriptions.confirm(token) ? "confirmed" : "expired");
		return "status-said";
	}

	@GetMapping("/status/unsubscribe")
	String unsubscribe(@RequestParam String token, Model model) {
		model.addAttribute("token", token);
		model.addAttribute("said", "unsubscribe");
		return "status-said";
	}

	@PostMapping("/status/unsubscribe")
	String unsubscribed(@RequestParam String token, Model model) {
		model.addAttribute("said", this.subscriptions.unsubscribe(token) ? "unsubscribed" : "expired");
		return "status-said";
	}

}
