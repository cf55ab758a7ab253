package dev.backout.comms;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.catalog.FailureMode;
import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What messages need and nobody has to type: from the catalogue, the people, the clock.
 */
@Component
class KnownFields {

	private final Releases releases;

	private final People people;

	private final OnCall onCall;

	private final MessageProperties properties;

	private final Clock clock;

	KnownFields(Releases releases, People people, OnCall onCall, MessageProperties properties, Clock clock) {
		this.releases = releases;
		this.people = people;
		this.onCall = onCall;
		this.properties = properties;
		this.clock = clock;
	}

	Map<String, String> of(MessageTemplate template, @Nullable String release, String by) {
		var known = new HashMap<String, String>();
		known.put("owner", owner(release, by));
		known.put("statusUrl", this.properties.url("/status"));
		if (template.nextUpdateAfter() != null) {
			var next = this.clock.instant().plus(template.nextUpdateAfter());
			// Whole minutes, and never sooner than promised.
			known.put("nextUpdateAt", next.plusSeconds(59).truncatedTo(ChronoUnit.MINUTES).toString());
		}
		manifest(release).ifPresent((manifest) -> known.putAll(of(manifest)));
		return known;
	}

	/** Not every release is in the catalogue, such as that of a drill. */
	private Optional<Release> manifest(@Nullable String release) {
		return this.releases.all().stream().filter((known) -> known.id().equals(release)).findFirst();
	}

	/**
	 * The person who sends it; for what nobody sends, whoever is on call for messages.
	 */
	private String owner(@Nullable String release, String by) {
		return this.people.find(by)
			.or(() -> manifest(release).map((manifest) -> manifest.owners().communications())
				.flatMap(this.onCall::findRoster)
				.flatMap((roster) -> roster.at(1, this.clock.instant()))
				.flatMap(this.people::find))
			.map(Person::name)
			.orElse(this.properties.sender());
	}

	private static Map<String, String> of(Release release) {
		var known = new HashMap<String, String>();
		known.put("product", release.product().name());
		known.put("version", release.version());
		known.put("release", release.id());
		known.put("title", release.title());
		known.put("target", release.target());
		known.put("scope", scope(release));
		// The pre-mortem's worst case says best what it means for the business.
		release.failureModes()
			.stream()
			.findFirst()
			.map(FailureMode::consequence)
			.map(KnownFields::ended)
			.ifPresent((consequence) -> known.put("impact", consequence));
		return known;
	}

	/** The components that the release touches, as a reader outside knows them. */
	private static String scope(Release release) {
		var names = release.components()
			.stream()
			.map(ReleaseComponent::component)
			.map(dev.backout.catalog.Component::name)
			.toList();
		return sentence(names.isEmpty() ? List.of(release.product().name()) : names);
	}

	/** What stands alone ends like a sentence. */
	static String ended(String text) {
		var stripped = text.strip();
		return (stripped.isEmpty() || stripped.matches("(?s).*[.!?\u2026]")) ? stripped : stripped + ".";
	}

	static String sentence(List<String> names) {
		int last = names.size() - 1;
		return (last < 1) ? String.join("", names)
				: String.join(", ", names.subList(0, last)) + " and " + names.get(last);
	}

}
