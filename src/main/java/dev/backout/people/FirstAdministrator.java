package dev.backout.people;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Lets the first person in: when the application is up and knows nobody, it makes an
 * administrator with a random password and says it once.
 */
@Component
class FirstAdministrator {

	private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);

	private final People people;

	FirstAdministrator(People people) {
		this.people = people;
	}

	@EventListener(ApplicationReadyEvent.class)
	void welcome() {
		if (!this.people.nobodyYet()) {
			return;
		}
		var bytes = new byte[15];
		new SecureRandom().nextBytes(bytes);
		var password = Base64.getUrlEncoder().encodeToString(bytes);
		this.people.add(new Person("admin", "Administrator", "admin@localhost", EnumSet.allOf(Role.class)), password,
				"system");
		LOG.warn("Nobody can log in yet. First log-in: admin, password: {} (shown only now; change it)", password);
	}

}
