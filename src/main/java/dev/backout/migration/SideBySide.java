package dev.backout.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backout.database.Target;
import org.jspecify.annotations.Nullable;

/**
 * Proves parts of a changelog at the same time, each in a clone of its own that got
 * everything before its part without proofs. A part counts only if its clone was then as
 * the one before it ends, schema and rows; if not, the one before goes on through it. So
 * the result is that of one walk, whatever the number of clones.
 */
final class SideBySide {

	private final ChangelogSource source;

	private final ProofRange range;

	private final ProofOptions options;

	private final int total;

	private final AtomicBoolean ended = new AtomicBoolean();

	/** What whoever listens threw, to end the proof. */
	private volatile @Nullable RuntimeException refused;

	/** How many changesets each part has behind it. */
	private final int[] done;

	private SideBySide(ChangelogSource source, ProofRange range, ProofOptions options, int total) {
		this.source = source;
		this.range = range;
		this.options = options;
		this.total = total;
		this.done = new int[total];
	}

	static List<ChangesetVerdict> prove(ChangelogSource source, List<Target> clones, ProofRange range,
			ProofOptions options) {
		if (clones.size() > 1) {
			return new SideBySide(source, range, options, clones.size()).prove(clones);
		}
		try (var tour = Tour.open(source, clones.get(0), range, options)) {
			return tour.prove(range.size());
		}
	}

	private List<ChangesetVerdict> prove(List<Target> clones) {
		var parts = new ArrayList<Part>();
		try {
			for (int number = 0; number < this.total; number++) {
				parts.add(new Part(number, clones.get(number)));
			}
			var verdicts = new ArrayList<ChangesetVerdict>(parts.get(0).proven());
			var walker = parts.get(0);
			for (var part : parts.subList(1, this.total)) {
				if (part.beginsWhere(walker)) {
					verdicts.addAll(part.proven());
					walker = part;
				}
				else {
					verdicts.addAll(walker.goesOnThrough(part));
				}
			}
			return verdicts;
		}
		finally {
			this.ended.set(true);
			parts.forEach(Part::close);
		}
	}

	/** In the order in which they come, counted over all parts. */
	private synchronized void hear(int number, ProofProgress progress) {
		checkEnded();
		this.done[number] = progress.done() - this.range.begin(number, this.total);
		var sum = 0;
		for (var one : this.done) {
			sum += one;
		}
		try {
			this.options.heard()
				.accept(new ProofProgress(Math.min(sum, progress.total()), progress.total(), progress.changeset(),
						progress.verdict()));
		}
		catch (RuntimeException ex) {
			this.refused = ex;
			throw ex;
		}
	}

	private void checkEnded() {
		if (this.refused != null) {
			throw this.refused;
		}
		if (this.ended.get()) {
			throw new CancellationException("The proof has ended elsewhere");
		}
	}

	/** One part with its clone; all that happens in it happens in one thread. */
	private final class Part {

		private final int number;

		private final Target clone;

		private final ExecutorService thread;

		private final Future<Tour> tour;

		/** What the clone was like when the part began. */
		private final Future<String> start;

		private final Future<List<ChangesetVerdict>> verdicts;

		Part(int number, Target clone) {
			this.number = number;
			this.clone = clone;
			this.thread = Executors.newSingleThreadExecutor((work) -> {
				var made = new Thread(work, "proof-" + (number + 1));
				made.setDaemon(true);
				return made;
			});
			this.tour = this.thread.submit(this::open);
			this.start = this.thread.submit(this::begin);
			this.verdicts = this.thread.submit(this::walk);
		}

		private Tour open() {
			return Tour.open(SideBySide.this.source, this.clone, SideBySide.this.range,
					SideBySide.this.options.heardBy((progress) -> hear(this.number, progress)));
		}

		private String begin() throws Exception {
			this.tour.get()
				.pass(SideBySide.this.range.begin(this.number, SideBySide.this.total), SideBySide.this::checkEnded);
			return (this.number == 0) ? "" : this.tour.get().standing();
		}

		private List<ChangesetVerdict> walk() throws Exception {
			this.start.get();
			return this.tour.get().prove(end());
		}

		private int end() {
			return SideBySide.this.range.begin(this.number + 1, SideBySide.this.total);
		}

		List<ChangesetVerdict> proven() {
			return result(this.verdicts);
		}

		/** A part that could not even begin says nothing: one walk would tell why. */
		boolean beginsWhere(Part before) {
			try {
				return this.start.get().equals(before.inItsThread(() -> before.tour.get().standing()));
			}
			catch (ExecutionException ex) {
				return false;
			}
			catch (InterruptedException ex) {
				throw interrupted();
			}
		}

		List<ChangesetVerdict> goesOnThrough(Part next) {
			return inItsThread(() -> this.tour.get().prove(next.end()));
		}

		private <T> T inItsThread(Callable<T> work) {
			return result(this.thread.submit(work));
		}

		private <T> T result(Future<T> work) {
			try {
				return work.get();
			}
			catch (ExecutionException ex) {
				throw deepest(ex);
			}
			catch (InterruptedException ex) {
				throw interrupted();
			}
		}

		private static RuntimeException deepest(Throwable ex) {
			var cause = ex;
			while (cause instanceof ExecutionException && cause.getCause() != null) {
				cause = cause.getCause();
			}
			if (cause instanceof Error error) {
				throw error;
			}
			return (cause instanceof RuntimeException known) ? known
					: new IllegalStateException(String.valueOf(cause.getMessage()), cause);
		}

		private RuntimeException interrupted() {
			Thread.currentThread().interrupt();
			return new CancellationException("The proof was interrupted");
		}

		/** Waits for the changeset at hand: the clone may go right after. */
		void close() {
			this.thread.submit(() -> {
				this.tour.get().close();
				return null;
			});
			this.thread.shutdown();
			var interrupted = false;
			while (!this.thread.isTerminated()) {
				try {
					this.thread.awaitTermination(1, TimeUnit.MINUTES);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
