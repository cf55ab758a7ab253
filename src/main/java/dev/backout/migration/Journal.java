package dev.backout.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.backout.kernel.Digests;
import dev.backout.migration.MigrationListener.Direction;
import org.jspecify.annotations.Nullable;

/**
 * What we did to a database, kept in that database: written in the very transaction that
 * does it, so the two cannot disagree.
 */
final class Journal {

	private static final String ORDER = """
			(select coalesce(max(orderexecuted), 0) from databasechangelog where id = ? and author = ?
				and filename like '%' || ?)""";

	private static final String WHOLE = "insert into backout.change_run (run, operation, owner, release, file, id, author, direction, state, transactional, done_at, ";

	private static final String WHOLE_APPLY = WHOLE
			+ "outcome, checksum, history_order, way, applied, rollback, problem, digest, touched) "
			+ "values (?, ?, ?, ?, ?, ?, ?, ?, 'DONE', true, clock_timestamp(), ?, ?, " + ORDER
			+ ", ?, ?::jsonb, ?::jsonb, ?, ?, ?::jsonb)";

	private static final String END_APPLY = "update backout.change_run set state = 'DONE', done_at = clock_timestamp(), "
			+ "outcome = ?, checksum = ?, history_order = " + ORDER
			+ ", way = ?, applied = ?::jsonb, rollback = ?::jsonb, problem = ?, digest = ?, touched = ?::jsonb where run = ?";

	private static final String WHOLE_REVERT = WHOLE + "way, applied, undoes) "
			+ "values (?, ?, ?, ?, ?, ?, ?, ?, 'DONE', true, clock_timestamp(), ?, ?::jsonb, nullif(?, 0))";

	private static final String END_REVERT = "update backout.change_run set state = 'DONE', done_at = clock_timestamp(), "
			+ "way = ?, applied = ?::jsonb, undoes = nullif(?, 0) where run = ?";

	private final Connection connection;

	Journal(Connection connection) {
		this.connection = connection;
	}

	/**
	 * A changeset that went one way.
	 *
	 * @param run its number, in order of time
	 * @param release for which
	 * @param applied what was sent
	 * @param rollback how it goes back, frozen; {@code null} if it does not
	 * @param problem why it does not
	 * @param way how it goes back
	 * @param digest over {@code applied} and {@code rollback}
	 */
	record Entry(long run, ChangesetId changeset, @Nullable String release, List<Protection.Ran> applied,
			@Nullable List<String> rollback, @Nullable String problem, Reversal.Way way, String digest) {
	}

	/**
	 * Number for a run that begins now: what is kept, given back or found in conflict
	 * from here on is this run's.
	 */
	long next() throws SQLException {
		try (var statement = this.connection.prepareStatement(
				"select pg_catalog.set_config('backout.run', nextval(pg_get_serial_sequence('backout.change_run', 'run')::regclass)::text, false)");
				var rows = statement.executeQuery()) {
			rows.next();
			return rows.getLong(1);
		}
	}

	/** Likewise for a run that began before. */
	void works(long run) throws SQLException {
		try (var statement = this.connection
			.prepareStatement("select pg_catalog.set_config('backout.run', ?, false)")) {
			statement.setString(1, String.valueOf(run));
			statement.executeQuery().close();
		}
	}

	/** The run of this changeset that was cut short, if there is one. */
	Optional<Long> unfinished(ChangesetId changeset, Direction direction) throws SQLException {
		try (var find = this.connection.prepareStatement("""
				select max(run) from backout.change_run
				where file = ? and id = ? and author = ? and direction = ? and state = 'BEGUN'""")) {
			key(find, changeset);
			find.setString(4, direction.name());
			try (var rows = find.executeQuery()) {
				rows.next();
				var run = rows.getLong(1);
				return rows.wasNull() ? Optional.empty() : Optional.of(run);
			}
		}
	}

	/** All that were cut short, the oldest first. */
	List<Unfinished> unfinished() throws SQLException {
		var found = new ArrayList<Unfinished>();
		try (var find = this.connection.prepareStatement("""
				select run, file, id, author, direction from backout.change_run where state = 'BEGUN' order by run""");
				var rows = find.executeQuery()) {
			while (rows.next()) {
				found.add(new Unfinished(rows.getLong(1),
						new ChangesetId(rows.getString(2), rows.getString(3), rows.getString(4)),
						Direction.valueOf(rows.getString(5))));
			}
		}
		return found;
	}

	/**
	 * A run that was cut short.
	 *
	 * @param run its number
	 * @param changeset which
	 * @param direction which way it went
	 */
	record Unfinished(long run, ChangesetId changeset, Direction direction) {
	}

	/** Announces a run that is more than one transaction. */
	void begin(long run, ChangesetId changeset, Direction direction, MigrationOptions options) throws SQLException {
		try (var insert = this.connection.prepareStatement(
				"""
						insert into backout.change_run (run, operation, owner, release, file, id, author, direction, state, transactional)
						values (?, ?, ?, ?, ?, ?, ?, ?, 'BEGUN', false)""")) {
			whole(insert, run, changeset, direction, options);
			insert.executeUpdate();
		}
	}

	/**
	 * Ends a run of APPLY, freezing how it goes back.
	 * @param begun whether its row is there already
	 */
	void applied(long run, ChangesetId changeset, boolean begun, MigrationOptions options, String outcome,
			@Nullable String checksum, List<Protection.Ran> applied, RollbackPlan plan, String touched)
			throws SQLException {
		try (var write = this.connection.prepareStatement(begun ? END_APPLY : WHOLE_APPLY)) {
			var at = begun ? 1 : whole(write, run, changeset, Direction.APPLY, options);
			write.setString(at++, outcome);
			write.setString(at++, checksum);
			write.setString(at++, changeset.id());
			write.setString(at++, changeset.author());
			write.setString(at++, changeset.file());
			write.setString(at++, plan.way().name());
			write.setString(at++, Json.write(applied));
			write.setString(at++, (plan.statements() != null) ? Json.write(plan.statements()) : null);
			write.setString(at++, plan.problem());
			write.setString(at++, digest(applied, plan.statements()));
			write.setString(at++, touched);
			if (begun) {
				write.setLong(at, run);
			}
			write.executeUpdate();
		}
	}

	/** Ends a run of REVERT; {@code begun} as for {@link #applied}. */
	void reverted(long run, ChangesetId changeset, boolean begun, MigrationOptions options, long undoes, String way,
			List<Protection.Ran> ran) throws SQLException {
		try (var write = this.connection.prepareStatement(begun ? END_REVERT : WHOLE_REVERT)) {
			var at = begun ? 1 : whole(write, run, changeset, Direction.REVERT, options);
			write.setString(at++, way);
			write.setString(at++, Json.write(ran));
			write.setLong(at++, undoes);
			if (begun) {
				write.setLong(at, run);
			}
			write.executeUpdate();
		}
	}

	private static int whole(PreparedStatement write, long run, ChangesetId changeset, Direction direction,
			MigrationOptions options) throws SQLException {
		write.setLong(1, run);
		write.setString(2, options.operation());
		write.setString(3, options.owner());
		write.setString(4, options.release());
		write.setString(5, changeset.file());
		write.setString(6, changeset.id());
		write.setString(7, changeset.author());
		write.setString(8, direction.name());
		return 9;
	}

	/** The run that deployed this changeset as it is now, if it was one of ours. */
	Optional<Entry> deployment(ChangesetId changeset) throws SQLException {
		try (var find = this.connection.prepareStatement("""
				select run, file, id, author, release, applied, rollback, problem, way, digest from backout.change_run a
				where id = ? and author = ? and direction = 'APPLY' and state = 'DONE'
					and not exists (select 1 from backout.change_run r where r.direction = 'REVERT' and r.state = 'DONE'
						and r.undoes = a.run)
				order by file = ? desc, run desc limit 1""")) {
			find.setString(1, changeset.id());
			find.setString(2, changeset.author());
			find.setString(3, changeset.file());
			try (var rows = find.executeQuery()) {
				return rows.next() ? Optional.of(entry(rows)) : Optional.empty();
			}
		}
	}

	private static Entry entry(ResultSet rows) throws SQLException {
		var rollback = rows.getString(7);
		return new Entry(rows.getLong(1), new ChangesetId(rows.getString(2), rows.getString(3), rows.getString(4)),
				rows.getString(5), Json.statements(rows.getString(6)),
				(rollback != null) ? Json.strings(rollback) : null, rows.getString(8),
				Reversal.Way.valueOf(rows.getString(9)), rows.getString(10));
	}

	/** State of a statement of a resumable run, once it was begun. */
	Optional<Step> step(long run, int number, String sql) throws SQLException {
		try (var find = this.connection
			.prepareStatement("select sql, state, undo from backout.statement_run where run = ? and n = ?")) {
			find.setLong(1, run);
			find.setInt(2, number);
			try (var rows = find.executeQuery()) {
				if (!rows.next()) {
					return Optional.empty();
				}
				if (!rows.getString(1).equals(sql)) {
					throw new ApplyRefused(
							"Statement %d of the interrupted run %d reads differently now; put the changelog back as it was to finish it. It was: %s"
								.formatted(number, run, Protection.abbreviated(rows.getString(1))));
				}
				var undo = rows.getString(3);
				return Optional
					.of(new Step("DONE".equals(rows.getString(2)), (undo != null) ? Json.strings(undo) : null));
			}
		}
	}

	/**
	 * How far a statement got.
	 *
	 * @param done whether it is known to be through
	 * @param undo how it goes back
	 */
	record Step(boolean done, @Nullable List<String> undo) {
	}

	void mark(long run, int number, String sql, String state, @Nullable List<String> undo) throws SQLException {
		try (var write = this.connection.prepareStatement("""
				insert into backout.statement_run (run, n, sql, state, undo) values (?, ?, ?, ?, ?::jsonb)
				on conflict (run, n) do update set state = excluded.state, undo = excluded.undo""")) {
			write.setLong(1, run);
			write.setInt(2, number);
			write.setString(3, sql);
			write.setString(4, state);
			write.setString(5, (undo != null) ? Json.write(undo) : null);
			write.executeUpdate();
		}
	}

	/**
	 * An earlier run of the same changeset that this one came on top of.
	 *
	 * @param run its number
	 * @param order its place in the history then
	 * @param checksum its checksum then
	 * @param deployment its deployment then
	 */
	record Former(long run, int order, @Nullable String checksum, String deployment) {
	}

	/** What the changeset was before this run, if it had run before and still counts. */
	Optional<Former> formerRun(long run) throws SQLException {
		try (var find = this.connection.prepareStatement(
				"""
						select f.run, f.history_order, f.checksum, f.operation from backout.change_run a join backout.change_run f
							on f.id = a.id and f.author = a.author and f.file = a.file and f.run < a.run
						where a.run = ? and a.outcome = 'RERAN' and f.direction = 'APPLY' and f.state = 'DONE'
							and not exists (select 1 from backout.change_run r where r.undoes = f.run and r.state = 'DONE')
						order by f.run desc limit 1""")) {
			find.setLong(1, run);
			try (var rows = find.executeQuery()) {
				return rows.next()
						? Optional.of(new Former(rows.getLong(1), rows.getInt(2), rows.getString(3), rows.getString(4)))
						: Optional.empty();
			}
		}
	}

	void putBackHistory(Deployed deployed, Former former) throws SQLException {
		try (var update = this.connection.prepareStatement("""
				update databasechangelog set orderexecuted = ?, md5sum = ?, deployment_id = left(?, 10)
				where id = ? and author = ? and filename = ?""")) {
			update.setInt(1, former.order());
			update.setString(2, former.checksum());
			update.setString(3, former.deployment());
			update.setString(4, deployed.id().id());
			update.setString(5, deployed.id().author());
			update.setString(6, deployed.storedFile());
			update.executeUpdate();
		}
	}

	static String digest(List<Protection.Ran> applied, @Nullable List<String> rollback) {
		return Digests.sha256Hex(Json.write(applied) + '\n' + ((rollback != null) ? Json.write(rollback) : "-"));
	}

	private static void key(PreparedStatement statement, ChangesetId changeset) throws SQLException {
		statement.setString(1, changeset.file());
		statement.setString(2, changeset.id());
		statement.setString(3, changeset.author());
	}

}
