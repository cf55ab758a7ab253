package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Definitions that procedural code changes, in a DO block or a function: nobody can read
 * them from its text. What it made is taken away again, what it changed about tables and
 * rights goes back; whether that is all is tried at once, in a subtransaction.
 */
final class ProceduralDefinitions {

	/** Below are the server's own. */
	static final long FIRST_USER_OID = 16384;

	private final Connection connection;

	private final TargetCatalog catalog;

	/** Tables that it locked when it ran the first time. */
	private final List<Long> locked;

	private @Nullable SchemaFingerprint schema;

	private @Nullable CatalogNames names;

	private String family = "[]";

	private String facets = "[]";

	private String privileges = "{}";

	/** Right after the first run, before that is taken back. */
	ProceduralDefinitions(Connection connection, TargetCatalog catalog) throws SQLException {
		this.connection = connection;
		this.catalog = catalog;
		this.locked = catalog.longs("""
				select distinct l.relation from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
				join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where l.pid = pg_backend_pid() and l.granted and c.relkind in ('r', 'p', 'v', 'm')
				and n.nspname not in ('pg_catalog', 'backout', 'backout_stash')
				and l.mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')""");
	}

	/** Whether the server's catalogs were written to. */
	static boolean changed(Map<Long, Long> before, Map<Long, Long> after) {
		return after.entrySet()
			.stream()
			.anyMatch((entry) -> entry.getKey() < FIRST_USER_OID
					&& entry.getValue() > before.getOrDefault(entry.getKey(), 0L));
	}

	void before() throws SQLException {
		this.schema = SchemaFingerprint.of(this.connection, Scope.APPLICATION);
		this.names = CatalogNames.read(this.connection);
		this.family = this.catalog
			.one("""
					select coalesce(jsonb_agg(c.oid::bigint), '[]') from pg_catalog.pg_class c where c.oid = any (array[%s]::oid[])"""
				.formatted(String.join(", ", this.locked.stream().map(String::valueOf).toList())));
		this.facets = this.catalog
			.one("select backout.facets_of(%s::jsonb)".formatted(Protection.literal(this.family)));
		this.privileges = this.catalog.one("select backout.privileges()");
	}

	/**
	 * Adds what undoes it, behind what puts the rows back; says why if that is not all.
	 */
	@Nullable String wayBack(List<String> undo) throws SQLException {
		if (this.schema == null || this.names == null) {
			throw new IllegalStateException("Nothing was read before");
		}
		var definitions = new ArrayList<String>();
		definitions.addAll(this.catalog
			.strings("select backout.privileges_back(%s::jsonb)".formatted(Protection.literal(this.privileges))));
		definitions.addAll(this.catalog.strings("select backout.way_back(%s::jsonb, backout.facets_of(%s::jsonb))"
			.formatted(Protection.literal(this.facets), Protection.literal(this.family))));
		definitions.addAll(drops(this.names.changesTo(CatalogNames.read(this.connection)).made()));
		var why = tried(definitions);
		undo.addAll(definitions);
		return why;
	}

	/** What stands on others goes first; what went along is not asked for again. */
	private static List<String> drops(List<String> made) {
		var drops = new ArrayList<String>();
		for (var kind : List.of("view", "function", "column", "table", "sequence", "type", "schema")) {
			for (var name : made) {
				if (name.startsWith(kind + " ")) {
					drops.add(drop(kind, name.substring(kind.length() + 1), made));
				}
			}
		}
		return drops.stream().filter((drop) -> !drop.isEmpty()).toList();
	}

	private static String drop(String kind, String name, List<String> made) {
		return switch (kind) {
			case "column" -> {
				var dot = lastDot(name);
				yield made.contains("table " + name.substring(0, dot)) ? "" : "alter table %s drop column if exists %s"
					.formatted(name.substring(0, dot), name.substring(dot + 1));
			}
			case "function" -> "drop routine if exists " + name;
			default -> "drop %s if exists %s".formatted(kind, name);
		};
	}

	private static int lastDot(String name) {
		return name.endsWith("\"") ? name.lastIndexOf(".\"") : name.lastIndexOf('.');
	}

	/** Undoes it, looks, and takes that back. */
	private @Nullable String tried(List<String> undo) throws SQLException {
		var savepoint = this.connection.setSavepoint();
		try (var statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			for (var sql : undo) {
				statement.execute(sql);
			}
			var now = SchemaFingerprint.of(this.connection, Scope.APPLICATION);
			var difference = Difference.between(java.util.Objects.requireNonNull(this.schema), now);
			var lines = new ArrayList<>(difference.missing());
			lines.addAll(difference.added());
			return lines.stream()
				.filter((line) -> !line.cosmetic())
				.findFirst()
				.map((line) -> "procedural code changes definitions that would not come back: %s".formatted(line))
				.orElse(null);
		}
		catch (SQLException ex) {
			return "procedural code changes definitions that would not come back: " + Protection.firstLine(ex);
		}
		finally {
			this.connection.rollback(savepoint);
		}
	}

}
