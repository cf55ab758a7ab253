package dev.backout.desk.web;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.backout.comms.Deliveries;
import dev.backout.comms.Delivery;
import dev.backout.comms.Messages;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.util.HtmlUtils;

/** Messages as they left, or as they would leave. */
@Controller
class LetterPages {

	private static final Pattern STYLE = Pattern.compile("<style[^>]*>(.*?)</style>", Pattern.DOTALL);

	private final Messages messages;

	private final Deliveries deliveries;

	LetterPages(Messages messages, Deliveries deliveries) {
		this.messages = messages;
		this.deliveries = deliveries;
	}

	@GetMapping("/messages")
	String list(Model model) {
		model.addAttribute("messages", this.messages.latest(100));
		return "messages";
	}

	@GetMapping("/messages/{id}")
	String message(@PathVariable UUID id, Person me, Model model) {
		var message = this.messages.get(id);
		model.addAttribute("message", message);
		model.addAttribute("content", this.messages.preview(id, me.id()));
		addCopies(id, model);
		return "message";
	}

	/** What became of the copies; an open page asks until all have arrived. */
	@GetMapping("/messages/{id}/copies")
	String copies(@PathVariable UUID id, Model model) {
		model.addAttribute("message", this.messages.get(id));
		addCopies(id, model);
		return "message :: copies";
	}

	private void addCopies(UUID id, Model model) {
		var copies = this.deliveries.of(id);
		model.addAttribute("deliveries", copies);
		model.addAttribute("settled", copies.stream().noneMatch((copy) -> copy.state() == Delivery.State.WAITING));
	}

	/**
	 * The letter itself, for a frame. It may contain what people wrote: it gets an origin
	 * of its own, no script, nothing from elsewhere, and no style but the one it came
	 * with.
	 */
	@GetMapping(path = "/messages/{id}/letter", produces = "text/html; charset=utf-8")
	ResponseEntity<byte[]> letter(@PathVariable UUID id, Person me) {
		String html;
		try {
			html = this.messages.preview(id, me.id()).html();
		}
		catch (Rejected ex) {
			html = "<!doctype html><html lang=\"en\"><title>No preview yet</title><p>"
					+ HtmlUtils.htmlEscape(ex.reason()) + "</p></html>";
		}
		return ResponseEntity.ok()
			.header("Content-Security-Policy", policy(html))
			.header("X-Frame-Options", "SAMEORIGIN")
			.header(HttpHeaders.CACHE_CONTROL, "no-store")
			.contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
			.body(html.getBytes(StandardCharsets.UTF_8));
	}

	/** A copy exactly as it leaves: a file that mail programs open. */
	@GetMapping("/messages/{id}/copies/{delivery}.eml")
	ResponseEntity<byte[]> eml(@PathVariable UUID id, @PathVariable long delivery) {
		if (this.deliveries.of(id).stream().noneMatch((copy) -> copy.id() == delivery)) {
			throw new Rejected("message.unknown", "Message %s has no copy %d".formatted(id, delivery));
		}
		return ResponseEntity.ok()
			.header(HttpHeaders.CONTENT_DISPOSITION,
					ContentDisposition.attachment().filename("message-%d.eml".formatted(delivery)).build().toString())
			.contentType(MediaType.parseMediaType("message/rfc822"))
			.body(this.deliveries.eml(delivery));
	}

	private static String policy(String html) {
		var styles = STYLE.matcher(html)
			.results()
			.map((style) -> "'sha256-" + hash(style.group(1)) + "'")
			.collect(Collectors.joining(" "));
		return "default-src 'none'; style-src %s; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
			.formatted(styles.isEmpty() ? "'none'" : styles);
	}

	private static String hash(String text) {
		return Base64.getEncoder().encodeToString(Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
	}

}
