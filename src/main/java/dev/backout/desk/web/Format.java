package dev.backout.desk.web;

import java.text.NumberFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * How times, spans and amounts read on every page: UTC first, the same words everywhere.
 */
@Component
public class Format {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	private final Clock clock;

	Format(Clock clock) {
		this.clock = clock;
	}

	/** {@code 08:03 UTC} today, with the date on any other day. */
	public String time(Instant instant) {
		return today(instant) ? TIME.format(instant) : DAY.format(instant);
	}

	public String second(Instant instant) {
		return today(instant) ? SECOND.format(instant) : DAY.format(instant);
	}

	/** {@code 6 min 52 s}. */
	public String span(@Nullable Duration span) {
		if (span == null) {
			return "";
		}
		if (span.compareTo(Duration.ofSeconds(1)) < 0) {
			return "< 1 s";
		}
		var hours = span.toHours();
		if (hours > 0) {
			return "%d h %d min".formatted(hours, span.toMinutesPart());
		}
		return (span.toMinutes() > 0) ? "%d min %02d s".formatted(span.toMinutes(), span.toSecondsPart())
				: "%d s".formatted(span.toSeconds());
	}

	public String ago(Instant instant) {
		return span(Duration.between(instant, this.clock.instant())) + " ago";
	}

	/** {@code 1 204 331}. */
	public String count(long number) {
		return NumberFormat.getIntegerInstance(Locale.ENGLISH).format(number).replace(',', '\u202f');
	}

	/** {@code 41.2 MB}. */
	public String size(long bytes) {
		String[] units = { "B", "kB", "MB", "GB", "TB" };
		double size = bytes;
		var unit = 0;
		while (size >= 1000 && unit < units.length - 1) {
			size /= 1000;
			unit++;
		}
		return (unit == 0) ? bytes + " B" : String.format(Locale.ENGLISH, "%.1f %s", size, units[unit]);
	}

	/** The first characters of a digest: enough to compare by eye. */
	public String digest(@Nullable String digest) {
		return (digest == null) ? "" : digest.substring(0, Math.min(12, digest.length()));
	}

	private boolean today(Instant instant) {
		return LocalDate.ofInstant(instant, ZoneOffset.UTC)
			.equals(LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC));
	}

}
