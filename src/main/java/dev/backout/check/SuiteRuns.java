package dev.backout.check;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/** Runs suites, and keeps what they found with what was found before. */
@Component
public class SuiteRuns {

	private static final Logger logger = LoggerFactory.getLogger(SuiteRuns.class);

	private static final int RUNS_OF_A_TREND = 30;

	private final Editions editions;

	private final Targets targets;

	private final List<Probe> probes;

	private final SuiteRunStore store;

	private final SuiteRunHistory history;

	private final Clock clock;

	SuiteRuns(Editions editions, Targets targets, List<Probe> probes, SuiteRunStore store, SuiteRunHistory history,
			Clock clock) {
		this.editions = editions;
		this.targets = targets;
		this.probes = probes;
		this.store = store;
		this.history = history;
		this.clock = clock;
	}

	/** Told after each check, and asked in between whether to go on. */
	public interface Progress {

		/** Nobody listens. */
		Progress NONE = (done, total) -> {
		};

		void report(int done, int total);

		/** May throw {@link CancellationException}; also called from other threads. */
		default void checkpoint() {
		}

	}

	/** A suite that is about to work. */
	record Work(String id, Suite suite, Target target, SuiteRequest request) {
	}

	/**
	 * Runs the suite to its end and opens or mends deviations.
	 * @throws Rejected if suite or target are unknown, or the target cannot be reached
	 * @throws CancellationException if somebody ends it
	 */
	public SuiteRun run(SuiteRequest request, Progress progress) {
		var finished = (request.key() != null) ? this.history.finished(request.key()) : Optional.<SuiteRun>empty();
		return finished.orElseGet(() -> work(begin(request), progress));
	}

	/**
	 * Writes down that a suite begins.
	 * @throws Rejected {@code check-run.active} when it is at work on that target
	 * already, {@code check-suite.unknown-owner}
	 */
	Work begin(SuiteRequest request) {
		var suite = this.editions.of(request.suite(), this.store.pinned(request));
		if (request.run() == null) {
			// A playbook's run asks its commander, and is not held up by a file.
			this.editions.demandOwners(suite);
		}
		var target = reachable(this.targets.named(request.target()));
		var id = UUID.randomUUID().toString();
		this.store.begin(id, suite, request, this.clock.instant());
		return new Work(id, suite, target, request);
	}

	SuiteRun work(Work work, Progress progress) {
		var checkup = new Checkup(this.probes, work.suite(), work.target(), work.request());
		var watch = Leash.CLOCK.scheduleWithFixedDelay(() -> watch(work, checkup, progress), 1, 1, TimeUnit.SECONDS);
		try {
			var results = checkup.run(new Keeper(work, progress));
			progress.report(results.size(), results.size());
			return this.store.finish(work.id(), work.request(), work.suite(), results, this.clock.instant());
		}
		catch (CancellationException ex) {
			this.store.cancelled(work.id(), work.request(), work.suite(), this.clock.instant());
			throw ex;
		}
		finally {
			watch.cancel(false);
		}
	}

	/** Shows that this node is at work, and hears who wants it ended. */
	private void watch(Work work, Checkup checkup, Progress progress) {
		try {
			progress.checkpoint();
			if (this.store.beat(work.id())) {
				checkup.cancel();
			}
		}
		catch (CancellationException ex) {
			checkup.cancel();
		}
		catch (RuntimeException ex) {
			logger.warn("Check run {} could not say that it works: {}", work.id(), ex.getMessage());
		}
	}

	/** A run with what it found so far. */
	public Optional<SuiteRun> find(String id) {
		return this.history.find(id);
	}

	/**
	 * A run with what it found so far.
	 * @throws Rejected {@code check-run.unknown}
	 */
	public SuiteRun get(String id) {
		return find(id)
			.orElseThrow(() -> new Rejected("check-run.unknown", "There is no check run '%s'".formatted(id)));
	}

	/** Runs of suites on a target, newest first. */
	public List<SuiteRun> recent(String target, int limit) {
		return this.history.recent(target, limit);
	}

	/** Runs of suites that a playbook run asked for, oldest first. */
	public List<SuiteRun> of(String run) {
		return this.history.of(run);
	}

	/** Names of the databases that can be checked. */
	public List<String> targets() {
		return this.targets.all().stream().map(Target::name).toList();
	}

	/** Every suite that was run on a target, by target and suite. */
	public List<SuiteOverview> overview() {
		return this.history.overview(RUNS_OF_A_TREND);
	}

	/** How the checks of a suite went on the target that a run looked at, up to it. */
	public Map<String, Trend> trends(SuiteRun run) {
		return this.history.trends(run, RUNS_OF_A_TREND);
	}

	/**
	 * Ends a run that works, wherever it does; what it found so far stays.
	 * @throws Rejected {@code check.forbidden}, {@code check-run.ended},
	 * {@code check-run.in-run} for one that a playbook asked for
	 */
	public void cancel(String id, Person by) {
		CheckPermissions.demand(by, Role.OPERATOR, "cancel a check run");
		var run = standalone(id);
		if (run.state() != SuiteRun.State.RUNNING || !this.store.cancel(id, by.id())) {
			throw new Rejected("check-run.ended", "This check run does not work any more");
		}
	}

	/**
	 * Closes a run once each of its deviations has a cause and a decision.
	 * @throws Rejected {@code check.unsettled} naming those that have not,
	 * {@code check-run.active} while it works, {@code check.forbidden}
	 */
	public SuiteRun close(String id, Person by) {
		CheckPermissions.demand(by, Role.OPERATOR, "close a check run");
		var run = standalone(id);
		if (run.state() == SuiteRun.State.RUNNING) {
			throw new Rejected("check-run.active", "This check run still works: wait for its end, or cancel it");
		}
		return this.store.close(run, by.id(), this.clock.instant());
	}

	private SuiteRun standalone(String id) {
		var run = get(id);
		if (run.run() != null) {
			throw new Rejected("check-run.in-run",
					"This check run is part of run %s: what becomes of it is decided there".formatted(run.run()));
		}
		return run;
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

	/** Keeps each result, compared with the last run's and with the rehearsal's. */
	private final class Keeper implements Checkup.Listener {

		private final Work work;

		private final Progress progress;

		private final Map<String, Earlier> before;

		private final Map<String, Earlier> rehearsed;

		Keeper(Work work, Progress progress) {
			this.work = work;
			this.progress = progress;
			this.before = SuiteRuns.this.history.last(work.id(), work.request(), work.request().rehearsal());
			this.rehearsed = work.request().rehearsal() ? Map.of()
					: SuiteRuns.this.history.last(work.id(), work.request(), true);
		}

		@Override
		public void begins(int position, Check check) {
			this.progress.report(position, this.work.suite().checks().size());
			SuiteRuns.this.store.at(this.work.id(), check.name());
		}

		@Override
		public CheckResult ended(int position, CheckResult result) {
			var kept = result.after(this.before.get(result.check()), this.rehearsed.get(result.check()));
			SuiteRuns.this.store.add(this.work.id(), position, kept);
			return kept;
		}

	}

}
