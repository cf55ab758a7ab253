package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lets changesets change only tables that a backup has. Looked at in the transaction that
 * is about to commit: whatever changes a table's rows or shape locks it until then.
 */
final class OnlySecured implements MigrationListener {

	private static final String TABLES = """
			select c.oid::bigint, pg_catalog.format('%I.%I', n.nspname, c.relname)
			from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
				and n.nspname not in ('information_schema', 'backout', 'backout_stash')
				and c.relname not in ('databasechangelog', 'databasechangeloglock')""";

	private static final String LOCKED = """
			select distinct relation::bigint from pg_catalog.pg_locks
			where pid = pg_catalog.pg_backend_pid() and locktype = 'relation' and granted
				and database = (select oid from pg_catalog.pg_database where datname = current_database())
				and mode not in ('AccessShareLock', 'RowShareLock')""";

	private final MigrationListener listener;

	private final String backup;

	private final Set<String> secured;

	/** As they were called before the first changeset. */
	private final Map<Long, String> tables = new HashMap<>();

	private boolean looked;

	OnlySecured(MigrationListener listener, String backup, Set<String> secured) {
		this.listener = listener;
		this.backup = backup;
		this.secured = Set.copyOf(secured);
	}

	@Override
	public void begins(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
		if (!this.looked) {
			try (var statement = connection.createStatement(); var rows = statement.executeQuery(TABLES)) {
				while (rows.next()) {
					this.tables.put(rows.getLong(1), rows.getString(2));
				}
			}
			this.looked = true;
		}
		this.listener.begins(changeset, direction, connection);
	}

	@Override
	public void runs(ChangesetId changeset, String sql) {
		this.listener.runs(changeset, sql);
	}

	/** A table that was made since the first changeset began cannot be in a backup. */
	@Override
	public void ends(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
		var others = new TreeSet<String>();
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(LOCKED)) {
			while (rows.next()) {
				var table = this.tables.get(rows.getLong(1));
				if (table != null && !this.secured.contains(table)) {
					others.add(table);
				}
			}
		}
		if (!others.isEmpty()) {
			throw new NotSecured(changeset.toString(), this.backup, others);
		}
		this.listener.ends(changeset, direction, connection);
	}

	@Override
	public boolean changedNames() {
		return this.listener.changedNames();
	}

	@Override
	public void progress(int done, int total) {
		this.listener.progress(done, total);
	}

	@Override
	public void checkpoint() {
		this.listener.checkpoint();
	}

}
