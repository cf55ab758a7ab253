package dev.backout.comms.web;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

import dev.backout.comms.Deliveries;
import dev.backout.comms.Delivery;
import dev.backout.comms.Message;
import dev.backout.comms.MessageTemplate;
import dev.backout.comms.Messages;
import dev.backout.comms.Promises;
import dev.backout.comms.Templates;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Messages and what became of their copies. Sending is a task's answer, not found here.
 */
@RestController
@RequestMapping("/api/v1/messages")
class MessagesApi {

	private static final int LATEST = 100;

	private final Messages messages;

	private final Deliveries deliveries;

	private final Promises promises;

	private final Templates templates;

	MessagesApi(Messages messages, Deliveries deliveries, Promises promises, Templates templates) {
		this.messages = messages;
		this.deliveries = deliveries;
		this.promises = promises;
		this.templates = templates;
	}

	/** All about a run, drafts too; without one, what was sent last. */
	@GetMapping
	List<Message> messages(@RequestParam(required = false) @Nullable String run) {
		return (run != null) ? this.messages.of(run) : this.messages.latest(LATEST);
	}

	@GetMapping("/{id}")
	Message message(@PathVariable UUID id) {
		return this.messages.get(id);
	}

	@GetMapping("/{id}/deliveries")
	List<Delivery> deliveries(@PathVariable UUID id) {
		return this.deliveries.of(this.messages.get(id).id());
	}

	/** A copy as it leaves, for mail programs. */
	@GetMapping("/deliveries/{delivery}")
	ResponseEntity<byte[]> eml(@PathVariable long delivery) {
		return ResponseEntity.ok()
			.contentType(MediaType.parseMediaType("message/rfc822"))
			.header("Content-Disposition", "attachment; filename=\"message-%d.eml\"".formatted(delivery))
			.body(this.deliveries.eml(delivery));
	}

	/** Tries a copy again that was refused or given up. */
	@PostMapping("/deliveries/{delivery}/try-again")
	void tryAgain(@PathVariable long delivery, Person by) {
		if (!by.has(Role.OPERATOR) && !by.has(Role.ADMIN)) {
			throw new Rejected("message.forbidden", "Only operators send messages again");
		}
		this.deliveries.tryAgain(delivery, by.id());
	}

	/** Next words that were promised and not given yet, the most urgent first. */
	@GetMapping("/promises")
	List<Promises.Open> promises() {
		return this.promises.open();
	}

	@GetMapping("/templates")
	Collection<MessageTemplate> templates() {
		return this.templates.all();
	}

}
