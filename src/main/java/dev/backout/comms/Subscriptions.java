package dev.backout.comms;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import dev.backout.comms.mail.Mime;
import dev.backout.kernel.Checks;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Subscribing to the status page by e-mail: asked for, confirmed by a link, ended by a
 * link. The answer to a request never tells whether an address is known. Opening a link
 * changes nothing; only the button behind it does, since mail filters open links too.
 */
@Component
public class Subscriptions {

	private static final Duration LINK_WORKS = Duration.ofHours(24);

	private static final Duration FORGET_AFTER = Duration.ofDays(7);

	private static final int REQUESTS_A_DAY = 3;

	private final Messages messages;

	private final Subscribers subscribers;

	private final Links links;

	private final MessageProperties properties;

	Subscriptions(Messages messages, Subscribers subscribers, Links links, MessageProperties properties) {
		this.messages = messages;
		this.subscribers = subscribers;
		this.links = links;
		this.properties = properties;
	}

	/**
	 * Asks the address to confirm. Does the same, and says the same, for a known one;
	 * asks no address more than three times a day.
	 * @param components ids of status components; empty for all
	 * @throws IllegalArgumentException when this is no address
	 */
	public void request(String address, List<String> components) {
		var email = address.strip().toLowerCase(Locale.ROOT);
		Checks.check(Mime.isAddress(email) && email.contains("@"), () -> "Not an e-mail address");
		Checks.check(
				components.stream().allMatch((id) -> id.matches("[A-Za-z0-9._-]{1,64}")) && components.size() < 200,
				() -> "Not a list of components");
		if (this.subscribers.askedSince(email, Duration.ofDays(1)) >= REQUESTS_A_DAY) {
			return;
		}
		var token = this.links.sign(Links.CONFIRM, email + "\n" + String.join(",", components), LINK_WORKS);
		var fields = Map.of("url", this.properties.url("/status/confirm?token=" + token), "hours",
				String.valueOf(LINK_WORKS.toHours()));
		this.messages.send("confirm:" + UUID.randomUUID(),
				new MessageRequest("subscription-confirm", "confirm:subscriber", null, null, fields),
				List.of(new Recipient(email, "", null)), "system");
	}

	/** The address that a confirmation link is for, if the link still works. */
	public Optional<String> addressOf(String token) {
		return this.links.read(Links.CONFIRM, token).map((value) -> value.split("\n", 2)[0]);
	}

	/**
	 * Confirms, or changes the components of a subscription.
	 * @return whether the link still worked
	 */
	public boolean confirm(String token) {
		var value = this.links.read(Links.CONFIRM, token).map((text) -> text.split("\n", 2));
		value.ifPresent((parts) -> this.subscribers.add(parts[0],
				Stream.of(parts[1].split(",")).filter((id) -> !id.isBlank()).toList()));
		return value.isPresent();
	}

	/**
	 * Ends a subscription; a second time changes nothing.
	 * @return whether the link was one of ours
	 */
	public boolean unsubscribe(String token) {
		var id = this.links.read(Links.UNSUBSCRIBE, token).map(UUID::fromString);
		id.ifPresent(this.subscribers::remove);
		return id.isPresent();
	}

	@Scheduled(fixedDelay = 3_600_000)
	void forget() {
		this.subscribers.forget(FORGET_AFTER);
	}

}
