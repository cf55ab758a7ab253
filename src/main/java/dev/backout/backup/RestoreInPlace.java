package dev.backout.backup;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.backup.copy.CopyImport;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Rejected;

/**
 * Puts the rows of some tables back as they were, where they are: in one transaction that
 * commits only when they are equal to the backup and nothing refers to a row that is no
 * longer there.
 */
final class RestoreInPlace {

	private final FileStore.Stored stored;

	private final StoredContents contents;

	private final Target target;

	private final List<String> tables;

	RestoreInPlace(FileStore.Stored stored, StoredContents contents, Target target, List<String> tables) {
		this.stored = stored;
		this.contents = contents;
		this.target = target;
		this.tables = List.copyOf(new TreeSet<>(tables));
	}

	TableRestoration run(Progress progress) throws Exception {
		refuseWhatIsNotInIt();
		try (var connection = this.target.open("restore")) {
			refuseOtherColumns(connection);
			if (differences(connection).isEmpty()) {
				return result(Duration.ZERO);
			}
			connection.setAutoCommit(false);
			var from = System.nanoTime();
			try {
				replace(connection, progress);
				connection.commit();
			}
			catch (Exception ex) {
				connection.rollback();
				throw ex;
			}
			connection.setAutoCommit(true);
			var took = Duration.ofNanos(System.nanoTime() - from);
			try (var statement = connection.createStatement()) {
				statement.execute("analyze " + String.join(", ", this.tables));
			}
			return result(took);
		}
	}

	private void replace(Connection connection, Progress progress) throws Exception {
		try (var statement = connection.createStatement()) {
			statement.execute("set local lock_timeout = '30s'");
			statement
				.execute("lock table only %s in access exclusive mode".formatted(String.join(", only ", this.tables)));
			withoutTriggers(connection);
		}
		// Under the lock, so that nobody adds a reference meanwhile.
		empty(connection);
		new CopyImport(this.contents, this.stored.manifest()).tables(connection, this.tables, progress);
		progress.checkpoint();
		var differing = differences(connection);
		if (!differing.isEmpty()) {
			throw refused(String.join("; ", differing));
		}
		refuseRowsWithoutTheirParent(connection);
		refuseRowsOutsideWithoutTheirParent(connection);
		sequences(connection);
	}

	private TableRestoration result(Duration took) {
		var rows = this.stored.manifest().data();
		return new TableRestoration(this.stored.manifest().id(), this.tables,
				this.tables.stream().mapToLong((table) -> rows.table(table).rows()).sum(), took);
	}

	private void refuseWhatIsNotInIt() {
		var tables = this.stored.manifest().tables();
		if (tables.stream().anyMatch((table) -> this.tables.contains(table.name()) && !readable(table))) {
			throw refused("the files of pg_dump that hold these tables are not known; restore it whole");
		}
		var known = tables.stream().map(Manifest.Table::name).collect(Collectors.toSet());
		var unknown = this.tables.stream().filter((table) -> !known.contains(table)).toList();
		if (unknown.isEmpty() && !this.tables.isEmpty()) {
			return;
		}
		throw refused(this.tables.isEmpty() ? "no table was named"
				: "it holds no table %s; name partitions, not what they are part of".formatted(unknown));
	}

	/** Without rows there need be no file. */
	private boolean readable(Manifest.Table table) {
		return !table.files().isEmpty() || this.stored.manifest().data().table(table.name()).rows() == 0;
	}

	/** Rows go only into the columns that they came from. */
	private void refuseOtherColumns(Connection connection) throws SQLException, IOException {
		var then = SchemaText.parse(this.contents.text(Taking.LINES).lines().toList());
		var difference = Difference.between(columns(then), columns(SchemaFingerprint.of(connection, Scope.EVERYTHING)));
		if (!difference.sameSchema()) {
			throw refused("the tables are not as they were: "
					+ String.join("; ", difference.describe().stream().limit(5).toList()));
		}
	}

	private SchemaFingerprint columns(SchemaFingerprint schema) {
		return SchemaFingerprint.of(schema.lines().stream().filter(this::ours).toList());
	}

	private boolean ours(SchemaLine line) {
		return line.kind().equals("column")
				&& this.tables.stream().anyMatch((table) -> line.object().startsWith(table + "."));
	}

	private List<String> differences(Connection connection) {
		var present = DataFingerprint.of(connection, Scope.EVERYTHING.only(this.tables.toArray(String[]::new)));
		var then = this.stored.manifest().data();
		return this.tables.stream()
			.filter((table) -> !present.table(table).equals(then.table(table)))
			.map((table) -> "%s holds %d rows that are not the %d of the backup".formatted(table,
					present.table(table).rows(), then.table(table).rows()))
			.toList();
	}

	/**
	 * The server truncates a table only together with all that refer to it. What others
	 * refer to is deleted row by row, and so is what those refer to in turn.
	 */
	private void empty(Connection connection) throws SQLException {
		var truncated = new ArrayList<>(this.tables);
		for (var kept = referredTo(connection, truncated); !kept.isEmpty(); kept = referredTo(connection, truncated)) {
			truncated.removeAll(kept);
		}
		try (var statement = connection.createStatement()) {
			for (var table : this.tables) {
				if (!truncated.contains(table)) {
					statement.execute("delete from only " + table);
				}
			}
			if (!truncated.isEmpty()) {
				statement.execute("truncate only %s".formatted(String.join(", only ", truncated)));
			}
		}
	}

	/** Those of these tables that others than these refer to. */
	private static List<String> referredTo(Connection connection, List<String> tables) throws SQLException {
		return strings(connection, """
				select distinct pg_catalog.format('%I.%I', n.nspname, c.relname)
				from pg_catalog.pg_constraint f join pg_catalog.pg_class c on c.oid = f.confrelid
				join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where f.contype = 'f' and f.confrelid = any(?::regclass[]::oid[])
				and not f.conrelid = any(?::regclass[]::oid[])""", tables, 2);
	}

	/** What triggers would do happened when the rows were first written. */
	private void withoutTriggers(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("set local session_replication_role = replica");
		}
		catch (SQLException ex) {
			if ("42501".equals(ex.getSQLState())) {
				throw refused(
						"user '%s' may not switch triggers off: grant set on parameter session_replication_role to it"
							.formatted(this.target.user()));
			}
			throw ex;
		}
	}

	private void refuseRowsWithoutTheirParent(Connection connection) throws SQLException {
		var orphans = orphans(connection,
				"f.conrelid = any(?::regclass[]::oid[]) and not f.confrelid = any(?::regclass[]::oid[])");
		if (!orphans.isEmpty()) {
			throw refused(String.join("; ", orphans));
		}
	}

	/** The row that they refer to came after the backup. */
	private void refuseRowsOutsideWithoutTheirParent(Connection connection) throws SQLException {
		var orphans = orphans(connection,
				"f.confrelid = any(?::regclass[]::oid[]) and not f.conrelid = any(?::regclass[]::oid[])");
		if (!orphans.isEmpty()) {
			throw refused(
					"rows of other tables refer to rows that it does not have: %s; name those tables too, or restore it whole"
						.formatted(String.join("; ", orphans)));
		}
	}

	/**
	 * Of constraints that hold now. To each partition of what is referred to there is one
	 * more, and a row may have its row in any of them: the one above counts.
	 */
	private List<String> orphans(Connection connection, String which) throws SQLException {
		var questions = strings(connection,
				"""
						with recursive up(oid, parent, conrelid) as (
							select f.oid, f.conparentid, f.conrelid from pg_catalog.pg_constraint f
							where f.contype = 'f' and %s
							union select c.oid, c.conparentid, c.conrelid from up
							join pg_catalog.pg_constraint c on c.oid = up.parent and c.conrelid = up.conrelid)
						select pg_catalog.format('select %L || count(*) from only %s t where %s and not exists (select from %s p where %s) having count(*) > 0',
							pg_catalog.format('Constraint %I of %s: rows without their row in %s: ', f.conname, f.conrelid::regclass, f.confrelid::regclass),
							f.conrelid::regclass,
							(select string_agg(pg_catalog.format('t.%I is not null', a.attname), ' and ') from unnest(f.conkey) k
								join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k),
							f.confrelid::regclass,
							(select string_agg(pg_catalog.format('p.%I operator(%s.%s) t.%I', pa.attname, opn.nspname, op.oprname, ta.attname), ' and ')
								from unnest(f.conkey, f.confkey, f.conpfeqop) as k(t, p, o)
								join pg_catalog.pg_attribute ta on ta.attrelid = f.conrelid and ta.attnum = k.t
								join pg_catalog.pg_attribute pa on pa.attrelid = f.confrelid and pa.attnum = k.p
								join pg_catalog.pg_operator op on op.oid = k.o join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace))
						from pg_catalog.pg_constraint f
						where f.convalidated and f.oid in (select u.oid from up u
							where not exists (select from up above where above.oid = u.parent))"""
					.replaceFirst("%s", which),
				2);
		var orphans = new ArrayList<String>();
		for (var question : questions) {
			orphans.addAll(strings(connection, question, 0));
		}
		return orphans;
	}

	/**
	 * Only ever forward: what was given out meanwhile is not given out again. Sequences
	 * take no part in transactions, so this is the last thing before the commit.
	 */
	private void sequences(Connection connection) throws SQLException {
		var owned = strings(connection, """
				select pg_catalog.format('%I.%I', n.nspname, q.relname)
				from pg_catalog.pg_depend d join pg_catalog.pg_class q on q.oid = d.objid and q.relkind = 'S'
				join pg_catalog.pg_namespace n on n.oid = q.relnamespace
				where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
				and d.deptype in ('a', 'i') and d.refobjid = any(?::regclass[]::oid[])""", 1);
		for (var sequence : this.stored.manifest().sequences()) {
			if (!owned.contains(sequence.name())) {
				continue;
			}
			try (var set = connection.prepareStatement("""
					select pg_catalog.setval(s.oid::regclass, ?, ?) from pg_catalog.pg_sequence q
					join pg_catalog.pg_class s on s.oid = q.seqrelid, %s now
					where q.seqrelid = ?::regclass and (? - now.last_value) * sign(q.seqincrement) > 0"""
				.formatted(sequence.name()))) {
				set.setLong(1, sequence.last());
				set.setBoolean(2, sequence.called());
				set.setString(3, sequence.name());
				set.setLong(4, sequence.last());
				set.executeQuery().close();
			}
		}
	}

	private List<String> strings(Connection connection, String sql, int arrays) throws SQLException {
		return strings(connection, sql, this.tables, arrays);
	}

	private static List<String> strings(Connection connection, String sql, List<String> tables, int arrays)
			throws SQLException {
		try (var find = connection.prepareStatement(sql)) {
			for (int i = 1; i <= arrays; i++) {
				find.setArray(i, connection.createArrayOf("text", tables.toArray()));
			}
			try (var rows = find.executeQuery()) {
				var strings = new ArrayList<String>();
				while (rows.next()) {
					strings.add(rows.getString(1));
				}
				return strings;
			}
		}
	}

	private Rejected refused(String why) {
		return new Rejected("backup.not-restorable", "Backup '%s' is not restored into '%s': %s"
			.formatted(this.stored.manifest().id(), this.target.database(), why));
	}

}
