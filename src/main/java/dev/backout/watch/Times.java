package dev.backout.watch;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** Moments as people read them, day and all: who reads at night asks which night. */
final class Times {

	private static final DateTimeFormatter READABLE = DateTimeFormatter
		.ofPattern("HH:mm 'UTC on' d MMMM", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	private Times() {
	}

	static String of(@Nullable Instant instant) {
		return (instant != null) ? READABLE.format(instant) : "a time that is not known";
	}

}
