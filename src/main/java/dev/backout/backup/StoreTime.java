package dev.backout.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * The time that retention goes by. The machine's clock alone does not decide: it may not
 * be behind what the store has seen, and not be far ahead of what the store has seen or
 * of another clock.
 */
final class StoreTime {

	/** Clocks of different machines. */
	private static final Duration TOLERANCE = Duration.ofMinutes(5);

	/** Nobody has used the store for as long, or somebody has set the clock forward. */
	private static final Duration JUMP = Duration.ofDays(1);

	private final Path mark;

	private final Clock clock;

	StoreTime(Path root, Clock clock) {
		this.mark = root.resolve(".seen");
		this.clock = clock;
	}

	/** Notes that the store is in use now; never goes back. */
	void seen() {
		var now = this.clock.instant();
		var last = last();
		if (last == null || (now.isAfter(last) && !now.isAfter(last.plus(JUMP)))) {
			write(now);
		}
	}

	/**
	 * The time by which a deletion is judged: the earlier of both clocks.
	 * @param witness another clock's time, such as a database's; {@code null} when nobody
	 * else can be asked
	 * @throws Rejected {@code backup.clock} when they cannot both be right
	 */
	Instant trusted(@Nullable Instant witness) {
		var now = this.clock.instant();
		var last = last();
		if (last != null && now.isBefore(last.minus(TOLERANCE))) {
			throw doubted("this machine's clock says %s, but the store was used at %s already".formatted(now, last));
		}
		if (witness != null) {
			if (Duration.between(now, witness).abs().compareTo(TOLERANCE) > 0) {
				throw doubted("this machine's clock says %s, the database's %s".formatted(now, witness));
			}
			var earlier = now.isBefore(witness) ? now : witness;
			write((last == null || earlier.isAfter(last)) ? earlier : last);
			return earlier;
		}
		if (last != null && now.isAfter(last.plus(JUMP))) {
			throw doubted(
					"this machine's clock says %s, the store was last used at %s, and no other clock was asked: name a database with --url"
						.formatted(now, last));
		}
		write((last == null || now.isAfter(last)) ? now : last);
		return now;
	}

	private static Rejected doubted(String why) {
		return new Rejected("backup.clock", "Nothing is deleted while the time is in doubt: " + why);
	}

	private @Nullable Instant last() {
		try {
			return Files.exists(this.mark) ? Instant.parse(Files.readString(this.mark).strip()) : null;
		}
		catch (IOException | DateTimeException ex) {
			throw new Rejected("backup.clock",
					"Nothing is deleted while the time is in doubt: %s cannot be read (%s)".formatted(this.mark, ex));
		}
	}

	private void write(Instant now) {
		try {
			Files.createDirectories(this.mark.getParent());
			var temporary = Files.createTempFile(this.mark.getParent(), ".seen-", null);
			try {
				Files.writeString(temporary, now.toString());
				Files.move(temporary, this.mark, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			}
			finally {
				Files.deleteIfExists(temporary);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
