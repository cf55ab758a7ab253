package dev.backout.comms.mail;

import java.nio.file.Path;
import java.time.Clock;

/** Chooses how messages leave. */
public final class Carriers {

	private Carriers() {
	}

	/** An SMTP server where one is configured, files below {@code data} otherwise. */
	public static Carrier of(MailProperties properties, Path data, Clock clock) {
		return properties.configured() ? new Smtp(properties, clock)
				: new KeptFiles(data.resolve("outbox"), properties.from());
	}

}
