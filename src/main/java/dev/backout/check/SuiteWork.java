package dev.backout.check;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Runs suites that people ask for, while they look on. */
@Component
public class SuiteWork implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SuiteWork.class);

	private static final int AT_ONCE = 4;

	private final SuiteRuns runs;

	private final Semaphore places = new Semaphore(AT_ONCE);

	private final ExecutorService workers = Executors.newCachedThreadPool((work) -> {
		var thread = new Thread(work, "check-run");
		thread.setDaemon(true);
		return thread;
	});

	private volatile boolean stopping;

	SuiteWork(SuiteRuns runs) {
		this.runs = runs;
	}

	/**
	 * Starts a suite and gives it as it begins.
	 * @throws Rejected {@code check.forbidden}, {@code check-run.active},
	 * {@code check-run.busy} when as many suites as fit are at work on this node
	 */
	public SuiteRun start(SuiteRequest request, Person by) {
		CheckPermissions.demand(by, Role.OPERATOR, "run checks");
		if (!this.places.tryAcquire()) {
			throw new Rejected("check-run.busy",
					"%d suites are at work here: wait until one ends, or cancel one".formatted(AT_ONCE));
		}
		try {
			var work = this.runs.begin(request);
			this.workers.execute(() -> work(work));
			return this.runs.get(work.id());
		}
		catch (RuntimeException ex) {
			this.places.release();
			throw ex;
		}
	}

	private void work(SuiteRuns.Work work) {
		try {
			this.runs.work(work, new SuiteRuns.Progress() {
				@Override
				public void report(int done, int total) {
				}

				@Override
				public void checkpoint() {
					if (SuiteWork.this.stopping) {
						throw new CancellationException();
					}
				}
			});
		}
		catch (CancellationException ex) {
			logger.info("Check run {} was cancelled", work.id());
		}
		catch (RuntimeException ex) {
			logger.error("Check run {} ended without its results", work.id(), ex);
		}
		finally {
			this.places.release();
		}
	}

	/** What works is not heard of again, and shows as cut short. */
	@Override
	public void destroy() {
		this.stopping = true;
		this.workers.shutdownNow();
	}

}
