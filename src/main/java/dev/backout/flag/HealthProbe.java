package dev.backout.flag;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Targets;
import dev.backout.kernel.HttpCalls;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** Asks whether the world around a flag is healthy. No answer is never healthy. */
@Component
class HealthProbe {

	private final HttpCalls calls;

	private final Targets targets;

	HealthProbe(HttpCalls calls, Targets targets) {
		this.calls = calls;
		this.targets = targets;
	}

	/**
	 * What was seen.
	 *
	 * @param healthy whether it will do
	 * @param value the figure, if one was measured
	 * @param seen one phrase for people
	 */
	record Look(boolean healthy, @Nullable Double value, String seen) {

		/**
		 * Whether this is no better than {@code before}, which was not healthy either.
		 */
		boolean noWorseThan(Look before) {
			return this.healthy
					|| (!before.healthy && (this.value == null || before.value == null || this.value <= before.value));
		}

	}

	/** Looks once. */
	Look look(Declaration declaration) {
		var probe = declaration.probe();
		if (probe == null) {
			return new Look(true, null, "there is no probe");
		}
		return (probe.http() != null) ? http(probe.http(), probe.timeout()) : sql(declaration, probe);
	}

	/**
	 * Looks until it is healthy as often in a row as the probe asks for, or the attempts
	 * run out.
	 */
	Look settle(Declaration declaration) {
		var probe = declaration.probe();
		var look = look(declaration);
		if (probe == null) {
			return look;
		}
		var passes = look.healthy() ? 1 : 0;
		for (int attempt = 1; attempt < probe.attempts() && passes < probe.passes(); attempt++) {
			pause(probe.every());
			look = look(declaration);
			passes = look.healthy() ? passes + 1 : 0;
		}
		return (passes >= probe.passes()) ? look : new Look(false, look.value(), look.seen());
	}

	private Look http(String address, Duration timeout) {
		try {
			var answer = this.calls.get(address, timeout);
			return new Look(answer.status() == 200, null, "%s answered %d".formatted(address, answer.status()));
		}
		catch (IOException ex) {
			return new Look(false, null, String.valueOf(ex.getMessage()));
		}
		catch (Rejected ex) {
			return new Look(false, null, ex.reason());
		}
	}

	private Look sql(Declaration declaration, Declaration.Probe probe) {
		try {
			var answer = ReadOnlyQuery.ask(this.targets.named(String.valueOf(declaration.target())),
					String.valueOf(probe.sql()), probe.timeout(), 1);
			var value = answer.single();
			if (value == null) {
				return new Look(false, null, "the query gave no single figure");
			}
			var figure = Double.parseDouble(value);
			return new Look(figure <= probe.most(), figure, "the figure is %s, at most %s is healthy".formatted(value,
					java.math.BigDecimal.valueOf(probe.most()).stripTrailingZeros().toPlainString()));
		}
		catch (SQLException ex) {
			return new Look(false, null, ReadOnlyQuery.reason(ex));
		}
		catch (Rejected ex) {
			return new Look(false, null, ex.reason());
		}
		catch (NumberFormatException ex) {
			return new Look(false, null, "the query gave no figure");
		}
	}

	private static void pause(Duration time) {
		try {
			Thread.sleep(time.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while probing", ex);
		}
	}

}
