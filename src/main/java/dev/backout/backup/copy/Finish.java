package dev.backout.backup.copy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.backup.Manifest;
import dev.backout.backup.Progress;
import dev.backout.database.Target;
import org.jspecify.annotations.Nullable;

/**
 * The statements after the rows. Keys, indexes and foreign keys take most of the time of
 * a restore and are made several at a time, the large tables first; all else one by one,
 * in the order that has worked.
 */
final class Finish {

	private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*)";

	private static final String TABLE = "(" + NAME + "\\." + NAME + ")";

	private static final Pattern KEY = Pattern.compile(
			"alter table only " + TABLE + " add constraint " + NAME + " (?:PRIMARY KEY|UNIQUE|EXCLUDE) .*",
			Pattern.DOTALL);

	private static final Pattern INDEX = Pattern
		.compile("CREATE (?:UNIQUE )?INDEX " + NAME + " ON (?:ONLY )?" + TABLE + " USING .*", Pattern.DOTALL);

	private static final Pattern REFERENCE = Pattern.compile("alter table (?:only )?" + TABLE + " add constraint "
			+ NAME + " FOREIGN KEY \\(" + NAME + "(?:, " + NAME + ")*\\) REFERENCES " + TABLE + "\\(.*",
			Pattern.DOTALL);

	private final List<String> statements;

	private final Map<String, Long> sizes;

	Finish(List<String> statements, Manifest manifest) {
		this.statements = statements;
		this.sizes = manifest.tables()
			.stream()
			.collect(Collectors.toMap(Manifest.Table::name,
					(table) -> table.files().stream().mapToLong(manifest::size).sum(), Long::sum));
	}

	void run(Target target, java.sql.Connection connection, int workers, Progress progress) throws Exception {
		var done = 0;
		while (done < this.statements.size()) {
			progress.checkpoint();
			var together = together(done);
			if (together.size() > 1 && workers > 1) {
				SchemaScript.run(parallel(together, target, workers, progress), connection);
				done += together.size();
			}
			else {
				SchemaScript.run(List.of(this.statements.get(done++)), connection);
			}
		}
	}

	/** Neighbours of one kind that may be executed in any order. */
	private List<Job> together(int from) {
		var jobs = new ArrayList<Job>();
		var references = REFERENCE.matcher(this.statements.get(from)).matches();
		for (var sql : this.statements.subList(from, this.statements.size())) {
			var job = references ? reference(sql) : index(sql);
			if (job == null) {
				break;
			}
			jobs.add(job);
		}
		return jobs;
	}

	private @Nullable Job reference(String sql) {
		var match = REFERENCE.matcher(sql);
		return match.matches() ? job(sql, match.group(1), Set.copyOf(List.of(match.group(1), match.group(2))), true)
				: null;
	}

	private @Nullable Job index(String sql) {
		var key = KEY.matcher(sql);
		if (key.matches()) {
			return job(sql, key.group(1), Set.of(key.group(1)), true);
		}
		var index = INDEX.matcher(sql);
		return index.matches() ? job(sql, index.group(1), Set.of(index.group(1)), false) : null;
	}

	private Job job(String sql, String table, Set<String> tables, boolean alone) {
		return new Job(sql, tables, alone, this.sizes.getOrDefault(table, 0L));
	}

	/** Executes them; gives those that have to be tried again on their own. */
	private static List<String> parallel(List<Job> jobs, Target target, int workers, Progress progress)
			throws Exception {
		var queue = new Queue(jobs);
		var work = new Work<Job>(List.of());
		work.run(workers, () -> {
			try (var connection = work.watched(target.open("restore"))) {
				SchemaScript.prepare(connection);
				for (var job = queue.take(work); job != null; job = queue.take(work)) {
					try (var statement = SchemaScript.plain(connection)) {
						statement.execute(job.sql());
					}
					catch (SQLException ex) {
						if (connection.isClosed()) {
							throw ex;
						}
						queue.failed(job);
					}
					finally {
						queue.done(job);
					}
				}
			}
		}, progress::checkpoint);
		return queue.again();
	}

	/**
	 * A statement.
	 *
	 * @param sql text
	 * @param tables which it locks
	 * @param alone whether nothing else may work on them meanwhile
	 * @param size of the table that it reads
	 */
	private record Job(String sql, Set<String> tables, boolean alone, long size) {
	}

	/** Gives out statements that do not wait for each other's locks. */
	private static final class Queue {

		private static final long PATIENCE_MILLIS = 200;

		private final List<Job> open;

		private final Map<String, Integer> shared = new HashMap<>();

		private final Map<String, Job> alone = new HashMap<>();

		private final Map<String, Job> failed = new LinkedHashMap<>();

		Queue(List<Job> jobs) {
			this.open = new ArrayList<>(jobs);
			this.open.sort(Comparator.comparingLong(Job::size).reversed());
		}

		synchronized @Nullable Job take(Work<?> work) throws InterruptedException {
			while (!this.open.isEmpty()) {
				work.checkpoint();
				for (var job : this.open) {
					if (free(job)) {
						this.open.remove(job);
						job.tables().forEach((table) -> hold(job, table));
						return job;
					}
				}
				wait(PATIENCE_MILLIS);
			}
			return null;
		}

		private boolean free(Job job) {
			return job.tables()
				.stream()
				.noneMatch((table) -> this.alone.containsKey(table) || job.alone() && this.shared.containsKey(table));
		}

		private void hold(Job job, String table) {
			if (job.alone()) {
				this.alone.put(table, job);
			}
			else {
				this.shared.merge(table, 1, Integer::sum);
			}
		}

		synchronized void done(Job job) {
			for (var table : job.tables()) {
				if (job.alone()) {
					this.alone.remove(table);
				}
				else {
					this.shared.computeIfPresent(table, (name, count) -> (count > 1) ? count - 1 : null);
				}
			}
			notifyAll();
		}

		synchronized void failed(Job job) {
			this.failed.put(job.sql(), job);
		}

		synchronized List<String> again() {
			return Stream.concat(this.failed.keySet().stream(), this.open.stream().map(Job::sql)).toList();
		}

	}

}
