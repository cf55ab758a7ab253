package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * A database that is looked at again and again: only what the catalogue says was written
 * since the last look is described anew. Its session stays pinned until it is closed, and
 * is for nothing else.
 */
public final class DatabaseWatch implements AutoCloseable {

	private static final long LOOSE = -1;

	private static final long COMMENTS = -2;

	private static final long POSITIONS = -3;

	private final Connection connection;

	private final Scope scope;

	private final PinnedSession pinned;

	private final String positions;

	private final String relations;

	/** What is known, by relation. */
	private final Map<Long, List<SchemaLine>> lines = new HashMap<>();

	private final Map<String, String> scans = new HashMap<>();

	private CatalogueStamps stamps;

	private SchemaFingerprint schema;

	private Set<String> tables = Set.of();

	private @Nullable SchemaFingerprint tablesOf;

	private DatabaseWatch(Connection connection, Scope scope, PinnedSession pinned) throws SQLException {
		this.connection = connection;
		this.scope = scope;
		this.pinned = pinned;
		this.positions = SchemaQueries.positions(scope);
		this.relations = SchemaQueries.ofRelations(scope);
		this.stamps = CatalogueStamps.read(connection);
		this.schema = whole();
	}

	/**
	 * Begins with a look at everything.
	 * @param connection in auto-commit, of nobody else
	 */
	public static DatabaseWatch on(Connection connection, Scope scope) {
		try {
			var pinned = PinnedSession.on(connection);
			try (var statement = connection.createStatement()) {
				statement.execute("set plan_cache_mode = force_generic_plan");
			}
			return new DatabaseWatch(connection, scope, pinned);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The schema cannot be read: " + ex.getMessage(), ex);
		}
	}

	/** The schema as it is now. */
	public SchemaFingerprint schema() {
		try {
			var now = CatalogueStamps.read(this.connection);
			var changed = this.stamps.changedTo(now);
			var comments = !this.stamps.comments().equals(now.comments())
					|| (!changed.isEmpty() && this.lines.containsKey(COMMENTS));
			var others = !this.stamps.others().equals(now.others());
			this.stamps = now;
			if (others) {
				this.schema = whole();
				return this.schema;
			}
			var positions = positions();
			if (!changed.isEmpty() && !again(changed)) {
				this.schema = whole();
				return this.schema;
			}
			var told = comments && comments();
			if (!changed.isEmpty() || positions || told) {
				this.schema = SchemaFingerprint.of(this.lines.values().stream().flatMap(List::stream).toList());
			}
			return this.schema;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The schema cannot be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Describes these relations anew, and those that name them.
	 * @return whether that is all; else something outside of relations names them
	 */
	private boolean again(Set<Long> changed) throws SQLException {
		var all = CatalogueStamps.withDependents(this.connection, changed);
		all.addAll(changed);
		if (all.contains(CatalogueStamps.ELSEWHERE)) {
			return false;
		}
		var found = new HashMap<Long, List<SchemaLine>>();
		try (var read = this.connection.prepareStatement(this.relations)) {
			read.unwrap(PGStatement.class).setPrepareThreshold(1);
			read.setArray(1, this.connection.createArrayOf("bigint", all.toArray()));
			try (var rows = read.executeQuery()) {
				while (rows.next()) {
					found.computeIfAbsent(rows.getLong(4), (relation) -> new ArrayList<>()).add(SchemaLines.line(rows));
				}
			}
		}
		for (var relation : all) {
			forgetScan(this.lines.get(relation));
			var now = found.get(relation);
			forgetScan(now);
			if (now == null) {
				this.lines.remove(relation);
			}
			else {
				this.lines.put(relation, now);
			}
		}
		return true;
	}

	private void forgetScan(@Nullable List<SchemaLine> lines) {
		if (lines != null) {
			lines.stream()
				.filter((line) -> line.kind().equals("relation"))
				.forEach((line) -> this.scans.remove(line.object()));
		}
	}

	/** Sequences move without a word in the catalogue. */
	private boolean positions() throws SQLException {
		try (var read = this.connection.prepareStatement(this.positions)) {
			read.unwrap(PGStatement.class).setPrepareThreshold(1);
			try (var rows = read.executeQuery()) {
				return loose(POSITIONS, rows);
			}
		}
	}

	private boolean comments() throws SQLException {
		try (var statement = this.connection.createStatement();
				var rows = statement.executeQuery(SchemaQueries.comments(this.scope))) {
			return loose(COMMENTS, rows);
		}
	}

	private boolean loose(long key, ResultSet rows) throws SQLException {
		var found = new ArrayList<SchemaLine>();
		while (rows.next()) {
			found.add(SchemaLines.line(rows));
		}
		var former = found.isEmpty() ? this.lines.remove(key) : this.lines.put(key, found);
		return !found.equals((former != null) ? former : List.of());
	}

	private SchemaFingerprint whole() throws SQLException {
		this.lines.clear();
		this.scans.clear();
		SchemaLines.collect(this.connection, this.scope,
				(owner, line) -> this.lines.computeIfAbsent(owner(owner, line), (key) -> new ArrayList<>()).add(line));
		return SchemaFingerprint.of(this.lines.values().stream().flatMap(List::stream).toList());
	}

	private static long owner(long relation, SchemaLine line) {
		if (relation > 0) {
			return relation;
		}
		return switch (line.kind()) {
			case "comment", "seclabel" -> COMMENTS;
			case "~sequencevalue" -> POSITIONS;
			default -> LOOSE;
		};
	}

	/** The rows of all tables. */
	public SortedMap<String, TableFingerprint> rows() {
		return DataFingerprint.of(this.connection, this.scope).tables();
	}

	/** The rows of a table that exists, as of the schema looked at last. */
	public TableFingerprint rows(String table) {
		try {
			var sql = this.scans.get(table);
			if (sql == null) {
				sql = TableScan.sql(table, "", Column.of(this.connection, table));
				this.scans.put(table, sql);
			}
			return TableScan.read(this.connection, sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The rows of '%s' cannot be read: %s".formatted(table, ex.getMessage()),
					ex);
		}
	}

	/** Likewise, as if it had no other columns than these. */
	public TableFingerprint rows(String table, Set<String> columns) {
		return TableFingerprint.of(this.connection, table, columns);
	}

	/** Ordinary tables of the schema looked at last. */
	public Set<String> tables() {
		if (this.tablesOf != this.schema) {
			this.tables = this.schema.lines()
				.stream()
				.filter((line) -> line.kind().equals("relation") && line.detail().startsWith("r|"))
				.map(SchemaLine::object)
				.collect(Collectors.toUnmodifiableSet());
			this.tablesOf = this.schema;
		}
		return this.tables;
	}

	@Override
	public void close() {
		this.pinned.close();
	}

}
