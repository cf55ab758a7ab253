package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.backout.backup.Manifest.DatabaseSettings;
import dev.backout.database.Target;

/**
 * Looks at a database that took the place of another: at everything that a comparison of
 * schema and rows cannot see, and that is missed only later.
 */
final class AfterCheck {

	/** Columns fed by a sequence whose rows are beyond it. */
	private static final String SEQUENCES = """
			select pg_catalog.format('select pg_catalog.format(''Sequence %%s would give %%s next, and %s.%s holds %%s'', %L, s.next, m.most)
				from (select case when is_called then last_value + seqincrement else last_value end as next, seqincrement
					from %s, pg_catalog.pg_sequence where seqrelid = %s) s,
				(select max(%I)::bigint as most, min(%I)::bigint as least from %s) m
				where (s.seqincrement > 0 and m.most >= s.next) or (s.seqincrement < 0 and m.least <= s.next)',
				t.oid::regclass, quote_ident(a.attname), q.oid::regclass::text, q.oid::regclass, q.oid, a.attname, a.attname, t.oid::regclass)
			from pg_catalog.pg_depend d
			join pg_catalog.pg_class q on q.oid = d.objid and q.relkind = 'S' and q.relpersistence <> 't'
			join pg_catalog.pg_class t on t.oid = d.refobjid
			join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
			where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
			and d.refobjsubid > 0 and d.deptype in ('a', 'i')
			and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) order by 1""";

	private static final String USER_RELATIONS = """
			from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'""";

	private static final String FINDINGS = """
			select pg_catalog.format('Index %%s is invalid: reindex it', c.oid::regclass) %1$s
				and exists (select from pg_catalog.pg_index i where i.indexrelid = c.oid and not (i.indisvalid and i.indisready))
			union all
			select pg_catalog.format('Table %%s was never analyzed: the planner knows nothing of it', c.oid::regclass) %1$s
				and c.relkind = 'r' and c.reltuples < 0
			union all
			select pg_catalog.format('Extension %%s %%s is not installed on this server', e.extname, e.extversion)
			from pg_catalog.pg_extension e where not exists (select from pg_catalog.pg_available_extension_versions v
				where v.name = e.extname and v.version = e.extversion)
			order by 1"""
		.formatted(USER_RELATIONS);

	private static final String NOTES = """
			select pg_catalog.format('Constraint %%I of %%s is not validated', o.conname, o.conrelid::regclass)
			from pg_catalog.pg_constraint o where not o.convalidated
			union all
			select pg_catalog.format('Materialised view %%s holds nothing', c.oid::regclass) %1$s
				and c.relkind = 'm' and not c.relispopulated
			union all
			select pg_catalog.format('Trigger %%I of %%s is disabled', t.tgname, t.tgrelid::regclass)
			from pg_catalog.pg_trigger t where t.tgenabled = 'D' and not t.tgisinternal
			order by 1""".formatted(USER_RELATIONS);

	private static final String LOCKS = """
			select pg_catalog.format('select ''Liquibase''''s lock in %s is held by '' || coalesce(lockedby, ''?'') from %s where locked',
				c.oid::regclass, c.oid::regclass)"""
			+ '\n' + USER_RELATIONS + " and c.relname = 'databasechangeloglock' and c.relkind = 'r'";

	private final Target target;

	AfterCheck(Target target) {
		this.target = target;
	}

	/**
	 * Looks.
	 * @param former name of the database that was replaced; what it was beside its rows,
	 * the present one must be
	 */
	RestoreCheck run(String former) throws SQLException {
		try (var connection = this.target.open("check")) {
			try (var statement = connection.createStatement()) {
				statement.execute("set statement_timeout = '10min'; set search_path = ''");
			}
			var findings = new ArrayList<String>();
			for (var question : strings(connection, SEQUENCES)) {
				findings.addAll(strings(connection, question));
			}
			for (var question : strings(connection, LOCKS)) {
				findings.addAll(strings(connection, question));
			}
			findings.addAll(strings(connection, FINDINGS));
			compare(connection, former, findings);
			return new RestoreCheck(findings, strings(connection, NOTES));
		}
	}

	private void compare(Connection connection, String former, List<String> findings) throws SQLException {
		if (!new SwapMarks(connection).exists(former)) {
			return;
		}
		var now = DatabaseProperties.read(connection, this.target.database());
		var before = DatabaseProperties.read(connection, former);
		differ("owner", before.owner(), now.owner(), findings);
		differ("connection limit", before.connectionLimit(), now.connectionLimit(), findings);
		differ("settings", settings(before), settings(now), findings);
		differ("grants", grants(before), grants(now), findings);
	}

	private static void differ(String what, Object before, Object now, List<String> findings) {
		if (!Objects.equals(before, now)) {
			findings.add("The database's %s: %s before, %s now".formatted(what, before, now));
		}
	}

	private static List<String> settings(DatabaseSettings database) {
		return database.settings()
			.stream()
			.map((setting) -> "%s%s=%s".formatted(setting.role().isEmpty() ? "" : setting.role() + ":", setting.name(),
					setting.value()))
			.sorted()
			.toList();
	}

	/** No list means the default, which may also be written out. */
	private static List<String> grants(DatabaseSettings database) {
		if (database.grants() != null) {
			return database.grants();
		}
		return List.of();
	}

	private static List<String> strings(Connection connection, String sql) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
			var strings = new ArrayList<String>();
			while (rows.next()) {
				strings.add(rows.getString(1));
			}
			return strings;
		}
	}

}
