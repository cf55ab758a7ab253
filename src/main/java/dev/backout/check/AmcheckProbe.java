package dev.backout.check;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;

import org.springframework.stereotype.Component;

/**
 * Has {@code amcheck} read B-tree indexes; with {@code heapAllIndexed} (the default) also
 * that each row of the table is in them, which the plain check does not notice.
 */
@Component
class AmcheckProbe implements Probe {

	private static final String INDEXES = """
			select c.oid::regclass as index, c.oid as oid
			from pg_catalog.pg_class c
			join pg_catalog.pg_index i on i.indexrelid = c.oid
			join pg_catalog.pg_am a on a.oid = c.relam
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence <> 't' and i.indisready and i.indisvalid
				and n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')
			order by 1""";

	@Override
	public boolean measures(CheckKind kind) {
		return kind == CheckKind.AMCHECK;
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		var ignored = Parameters.texts(check, "ignore");
		var heap = check.parameters().path("heapAllIndexed").asBoolean(true);
		var offending = new ArrayList<Map<String, String>>();
		var looked = 0;
		try (var inspection = Inspection.current(subject, check.timeout())) {
			var schema = schema(inspection, check.parameters().path("borrowExtension").asBoolean(false));
			for (var index : inspection.list(INDEXES)) {
				var name = index.getOrDefault("index", "");
				if (ignored.contains(name)) {
					continue;
				}
				looked++;
				var damage = damage(inspection,
						"select %s.bt_index_check(%s::oid::regclass, %s)".formatted(schema, index.get("oid"), heap));
				if (!damage.isEmpty()) {
					offending.add(Measurement.row("index", name, "damage", damage));
				}
			}
		}
		var found = Measurement.offending("damaged indexes", offending, null);
		return new Measurement(found.value(), "%s of %d".formatted(found.summary(), looked), found.evidence(),
				found.more(), null);
	}

	/** Damage is an error of the server; the transaction survives it. */
	private static String damage(Inspection inspection, String sql) throws SQLException {
		inspection.execute("savepoint index_check");
		try {
			inspection.execute(sql);
			inspection.execute("release savepoint index_check");
			return "";
		}
		catch (SQLException ex) {
			if (!"XX002".equals(ex.getSQLState()) && !"XX001".equals(ex.getSQLState())) {
				throw ex;
			}
			inspection.rollbackTo("index_check");
			return String.valueOf(ex.getMessage()).lines().findFirst().orElse("");
		}
	}

	/**
	 * Where the extension lives. A borrowed one is created in this transaction, which is
	 * rolled back in the end.
	 */
	private static String schema(Inspection inspection, boolean borrow) throws SQLException {
		var found = inspection.list("""
				select pg_catalog.quote_ident(n.nspname) as schema from pg_catalog.pg_extension e
				join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'amcheck'""");
		if (!found.isEmpty()) {
			return found.get(0).getOrDefault("schema", "");
		}
		if (!borrow) {
			throw new Inconclusive(
					"The extension amcheck is not installed: run 'create extension amcheck' there, or set borrowExtension");
		}
		inspection.execute("create schema backout_borrowed; create extension amcheck schema backout_borrowed");
		return "backout_borrowed";
	}

}
