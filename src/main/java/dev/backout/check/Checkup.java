package dev.backout.check;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * One suite at work on one database, check after check. One bad check never stops the
 * others: what cannot be asked is a result too, and not a good one.
 */
final class Checkup {

	/** The database and HTTP end it themselves in time, and say so better. */
	private static final Duration SLACK = Duration.ofMillis(500);

	private final List<Probe> probes;

	private final Suite suite;

	private final Target target;

	private final SuiteRequest request;

	private volatile @Nullable Leash leash;

	private volatile boolean cancelled;

	Checkup(List<Probe> probes, Suite suite, Target target, SuiteRequest request) {
		this.probes = probes;
		this.suite = suite;
		this.target = target;
		this.request = request;
	}

	/** Told around each check. */
	interface Listener {

		void begins(int position, Check check);

		/** Gives the result as it is to be kept. */
		CheckResult ended(int position, CheckResult result);

	}

	/**
	 * Asks every check.
	 * @throws CancellationException once it was cancelled
	 */
	List<CheckResult> run(Listener listener) {
		var results = new ArrayList<CheckResult>();
		for (var check : this.suite.checks()) {
			listener.begins(results.size(), check);
			results.add(listener.ended(results.size(), ask(check)));
		}
		return results;
	}

	/** Ends it from another thread, also in the middle of a query. */
	void cancel() {
		this.cancelled = true;
		var current = this.leash;
		if (current != null) {
			current.cut(Leash.Cut.CANCELLED);
		}
	}

	private CheckResult ask(Check check) {
		var begin = System.nanoTime();
		try (var current = Leash.of(check.timeout().plus(SLACK))) {
			this.leash = current;
			if (this.cancelled) {
				throw new CancellationException();
			}
			var subject = new Subject(this.suite.name(), this.target, this.request.subject(), this.request.release(),
					current);
			return ask(check, subject, begin);
		}
		finally {
			this.leash = null;
		}
	}

	private CheckResult ask(Check check, Subject subject, long begin) {
		try {
			var measurement = probe(check).measure(check, subject);
			if (subject.leash().why() != null) {
				throw new IllegalStateException("Ended early");
			}
			var accepted = check.minimum().accepts(measurement.value());
			return result(check, accepted ? Outcome.PASS : Outcome.FAIL, measurement, begin);
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (Exception ex) {
			if (this.cancelled) {
				throw new CancellationException();
			}
			if (subject.leash().why() == Leash.Cut.TIME) {
				return unmeasured(check, Outcome.ERROR, tooLong(check), begin);
			}
			return unmeasured(check, (ex instanceof Inconclusive) ? Outcome.INCONCLUSIVE : Outcome.ERROR, reason(ex),
					begin);
		}
	}

	private static String tooLong(Check check) {
		return "It took too long and was ended after %d ms; make it faster or allow it more time"
			.formatted(check.timeout().toMillis());
	}

	private Probe probe(Check check) {
		return this.probes.stream()
			.filter((probe) -> probe.measures(check.kind()))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nothing measures " + check.kind().id()));
	}

	private static CheckResult result(Check check, Outcome outcome, Measurement measurement, long begin) {
		return new CheckResult(check.name(), check.kind(), check.severity(), check.owner(), outcome,
				Measurement.shortened(measurement.value()), check.minimum().toString(), measurement.summary(),
				measurement.evidence(), measurement.more(), measurement.query(),
				Duration.ofNanos(System.nanoTime() - begin), null, null, null);
	}

	private static CheckResult unmeasured(Check check, Outcome outcome, String summary, long begin) {
		return result(check, outcome, new Measurement("", summary, List.of(), 0, null), begin).withoutValue();
	}

	private static String reason(Exception ex) {
		if (ex instanceof Rejected rejected) {
			return rejected.reason();
		}
		for (@Nullable
		Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql) {
				return ReadOnlyQuery.reason(sql);
			}
		}
		return (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getSimpleName();
	}

}
