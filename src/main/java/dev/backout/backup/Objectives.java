package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a target's backups stand against what was promised.
 *
 * @param target its name
 * @param rpo how much may be lost at most
 * @param rpoActual what a failure now would lose: the age of the newest verified backup;
 * {@code null} when there is none
 * @param rto how long a restore may take at most
 * @param rtoExpected how long restoring the newest verified backup should take, exchange
 * included; {@code null} when there is none
 * @param trend earlier restores that were measured, oldest first
 * @param gaps between verified backups, oldest first
 */
public record Objectives(String target, Duration rpo, @Nullable Duration rpoActual, Duration rto,
		@Nullable RestoreEstimate rtoExpected, List<Measured> trend, List<Measured> gaps) {

	public Objectives {
		trend = List.copyOf(trend);
		gaps = List.copyOf(gaps);
	}

	/** Whether a failure now would lose no more than was promised. */
	public boolean rpoHeld() {
		return this.rpoActual != null && this.rpoActual.compareTo(this.rpo) <= 0;
	}

	/** Whether a restore now would take no longer than was promised. */
	public boolean rtoHeld() {
		return this.rtoExpected != null && this.rtoExpected.expected().compareTo(this.rto) <= 0;
	}

	/**
	 * A figure at a time.
	 *
	 * @param at when it was measured
	 * @param value the span
	 */
	public record Measured(Instant at, Duration value) {
	}

}
