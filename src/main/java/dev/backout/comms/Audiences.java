package dev.backout.comms;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.catalog.Audience;
import dev.backout.catalog.Product;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;
import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who is meant by an audience: one of the product's own, {@code subscribers},
 * {@code person:mira}, {@code rotation:shop-commander} (who is on call now) or
 * {@code role:auditor}.
 */
@Component
class Audiences {

	static final String SUBSCRIBERS = "subscribers";

	private final Releases releases;

	private final People people;

	private final OnCall onCall;

	private final Subscribers subscribers;

	private final Clock clock;

	Audiences(Releases releases, People people, OnCall onCall, Subscribers subscribers, Clock clock) {
		this.releases = releases;
		this.people = people;
		this.onCall = onCall;
		this.subscribers = subscribers;
		this.clock = clock;
	}

	/**
	 * Everybody in it, each address once.
	 * @param release whose product is asked for its audiences
	 */
	List<Recipient> recipients(String audience, @Nullable String release) {
		var found = all(audience, release);
		if (found.isEmpty() && !audience.equals(SUBSCRIBERS)) {
			throw new Rejected("message.no-recipients", "Nobody is in audience '%s'".formatted(audience));
		}
		return found.stream()
			.collect(Collectors.toMap((recipient) -> recipient.address().toLowerCase(Locale.ROOT), Function.identity(),
					(first, second) -> first, LinkedHashMap::new))
			.values()
			.stream()
			.toList();
	}

	private List<Recipient> all(String audience, @Nullable String release) {
		var parts = audience.split(":", 2);
		if (parts.length == 2) {
			return switch (parts[0]) {
				case "person" -> List.of(recipient(this.people.get(parts[1])));
				case "rotation" ->
					this.onCall.at(parts[1], 1, this.clock.instant()).map(Audiences::recipient).stream().toList();
				case "role" -> this.people.having(Role.valueOf(parts[1].toUpperCase(Locale.ROOT)))
					.stream()
					.map(Audiences::recipient)
					.toList();
				default -> throw unknown(audience, release);
			};
		}
		if (audience.equals(SUBSCRIBERS)) {
			return this.subscribers.recipients(List.of());
		}
		var named = named(audience, release).orElseThrow(() -> unknown(audience, release));
		return named.emails().stream().map((email) -> new Recipient(email, named.name(), null)).toList();
	}

	/** Why somebody gets a message, as its footer says it. */
	String why(String audience, @Nullable String release) {
		if (audience.equals(SUBSCRIBERS)) {
			return "You get this because you subscribed to our status page.";
		}
		if (audience.startsWith("confirm:")) {
			return "You get this because somebody entered this address on our status page.";
		}
		if (audience.contains(":")) {
			return "You get this because you have a part in it.";
		}
		return named(audience, release).map((named) -> "You get this as one of: %s.".formatted(named.name()))
			.orElse("You get this because you are in the audience %s.".formatted(audience));
	}

	private Optional<Audience> named(String id, @Nullable String release) {
		return products(release).flatMap((product) -> product.audiences().stream())
			.filter((audience) -> audience.id().equals(id))
			.findFirst();
	}

	private Stream<Product> products(@Nullable String release) {
		return (release != null) ? Stream.of(this.releases.get(release).product()) : this.releases.products().stream();
	}

	private Rejected unknown(String audience, @Nullable String release) {
		return new Rejected("message.unknown-audience",
				"There is no audience '%s', but %s, subscribers, person:, rotation: and role:".formatted(audience,
						products(release).flatMap((product) -> product.audiences().stream())
							.map(Audience::id)
							.toList()));
	}

	private static Recipient recipient(Person person) {
		return new Recipient(person.email(), person.name(), null);
	}

}
