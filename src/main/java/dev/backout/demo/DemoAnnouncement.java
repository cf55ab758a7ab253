package dev.backout.demo;

import java.util.Locale;
import java.util.stream.Collectors;

import dev.backout.people.Role;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells, once everything is ready, where to look and who can log in. */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoAnnouncement {

	private final DemoProperties properties;

	DemoAnnouncement(DemoProperties properties) {
		this.properties = properties;
	}

	@EventListener
	void announce(ApplicationReadyEvent ready) {
		var port = ready.getApplicationContext().getEnvironment().getProperty("local.server.port", Integer.class);
		if (this.properties.announce() && port != null) {
			System.out.println(text(port));
		}
	}

	static String text(int port) {
		var people = DemoPeople.ALL.stream()
			.map((person) -> "  %-6s %-11s %s".formatted(person.id(), DemoPeople.password(person),
					person.roles().stream().sorted().map(DemoAnnouncement::word).collect(Collectors.joining(", "))))
			.collect(Collectors.joining(System.lineSeparator()));
		return """

				Backout is ready: http://localhost:%d
				Log-ins of the demo (name, password, roles):
				%s
				Log in as mira: release shop-2026.11.2 is unhealthy. Roll it back, and let omar approve.
				""".formatted(port, people);
	}

	private static String word(Role role) {
		return role.name().toLowerCase(Locale.ROOT);
	}

}
