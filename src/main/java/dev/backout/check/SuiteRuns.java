package dev.backout.check;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;

import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Runs suites and keeps what they found. One bad check never stops the others: what
 * cannot be asked is a result too, and not a good one.
 */
@Component
public class SuiteRuns {

	private final Suites suites;

	private final Targets targets;

	private final List<Probe> probes;

	private final SuiteRunStore store;

	private final Clock clock;

	SuiteRuns(Suites suites, Targets targets, List<Probe> probes, SuiteRunStore store, Clock clock) {
		this.suites = suites;
		this.targets = targets;
		this.probes = probes;
		this.store = store;
		this.clock = clock;
	}

	/** Told after each check; may throw {@link CancellationException} to stop. */
	public interface Progress {

		/** Nobody listens. */
		Progress NONE = (done, total) -> {
		};

		void report(int done, int total);

	}

	/**
	 * Runs the suite to its end and opens or mends deviations.
	 * @throws Rejected if suite or target are unknown, or the target cannot be reached
	 */
	public SuiteRun run(SuiteRequest request, Progress progress) {
		var finished = (request.key() != null) ? this.store.finished(request.key()) : Optional.<SuiteRun>empty();
		if (finished.isPresent()) {
			return finished.get();
		}
		var suite = this.suites.named(request.suite());
		var target = reachable(this.targets.named(request.target()));
		var id = UUID.randomUUID().toString();
		this.store.begin(id, suite, request, this.clock.instant());
		var before = this.store.last(request.target(), request.suite());
		var results = new ArrayList<CheckResult>();
		for (var check : suite.checks()) {
			progress.report(results.size(), suite.checks().size());
			var result = compared(run(check, new Subject(suite.name(), target, request.release())), before);
			this.store.add(id, results.size(), result);
			results.add(result);
		}
		progress.report(results.size(), suite.checks().size());
		return this.store.finish(id, request, suite, results, this.clock.instant());
	}

	/** A run with what it found so far. */
	public Optional<SuiteRun> find(String id) {
		return this.store.find(id);
	}

	/** Runs of suites on a target, newest first. */
	public List<SuiteRun> recent(String target, int limit) {
		return this.store.recent(target, limit);
	}

	/** Runs of suites that a playbook run asked for, oldest first. */
	public List<SuiteRun> of(String run) {
		return this.store.of(run);
	}

	/** One clear refusal instead of as many errors as there are checks. */
	private static Target reachable(Target target) {
		try {
			target.open("check").close();
			return target;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private CheckResult run(Check check, Subject subject) {
		var begin = System.nanoTime();
		try {
			var measurement = probe(check).measure(check, subject);
			var accepted = check.minimum().accepts(measurement.value());
			return result(check, accepted ? Outcome.PASS : Outcome.FAIL, measurement, begin);
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (Inconclusive ex) {
			return unmeasured(check, Outcome.INCONCLUSIVE, String.valueOf(ex.getMessage()), begin);
		}
		catch (Exception ex) {
			return unmeasured(check, Outcome.ERROR, reason(ex), begin);
		}
	}

	private Probe probe(Check check) {
		return this.probes.stream()
			.filter((probe) -> probe.measures(check.kind()))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nothing measures " + check.kind().id()));
	}

	private static CheckResult result(Check check, Outcome outcome, Measurement measurement, long begin) {
		return new CheckResult(check.name(), check.kind(), check.severity(), check.owner(), outcome,
				measurement.value(), check.minimum().toString(), measurement.summary(), measurement.evidence(),
				measurement.more(), measurement.query(), Duration.ofNanos(System.nanoTime() - begin), null, null);
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

	private static CheckResult compared(CheckResult result, Map<String, CheckResult> before) {
		var last = before.get(result.check());
		return (last != null) ? result.after(last) : result;
	}

}
