package dev.backout.comms;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Writes moments as people read them: UTC, and our own wall clock beside it. */
final class Moments {

	private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEEE d MMMM", Locale.ENGLISH);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);

	private final ZoneId zone;

	Moments(ZoneId zone) {
		this.zone = zone;
	}

	Map<String, String> readable(Map<String, String> values) {
		var readable = new HashMap<>(values);
		readable.replaceAll((field, value) -> field.endsWith("At") ? readable(value) : value);
		return readable;
	}

	private String readable(String value) {
		try {
			return readable(Instant.parse(value));
		}
		catch (DateTimeException ex) {
			// Somebody wrote it out already.
			return value;
		}
	}

	String readable(Instant instant) {
		var utc = instant.atOffset(ZoneOffset.UTC);
		var here = instant.atZone(this.zone);
		if (here.getOffset().equals(ZoneOffset.UTC)) {
			return "%s UTC on %s".formatted(TIME.format(utc), DAY.format(utc));
		}
		return "%s (%s) on %s, which is %s UTC".formatted(TIME.format(here), this.zone.getId(), DAY.format(here),
				TIME.format(utc));
	}

}
