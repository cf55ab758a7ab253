package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import dev.backout.backup.copy.CopyExport;
import dev.backout.backup.copy.CopyImport;
import dev.backout.backup.copy.SchemaScript;
import dev.backout.backup.copy.Snapshot;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.fingerprint.SchemaFingerprint;

/**
 * The {@code copy} engine.
 * <p>
 * The schema is written down and at once built again in a scratch database, beside the
 * rows that are being copied: what cannot be rebuilt is named now, not when somebody
 * needs it.
 */
final class CopyWriting implements Writing {

	static final String TOOL = "backout copy/1";

	private final Target target;

	private final ScratchDatabases scratches;

	private final CopySettings settings;

	private final Sealing sealing;

	CopyWriting(Target target, ScratchDatabases scratches, CopySettings settings, Sealing sealing) {
		this.target = target;
		this.scratches = scratches;
		this.settings = settings;
		this.sealing = sealing;
	}

	@Override
	public Written write(Snapshot snapshot, SchemaFingerprint source, Path directory, Progress progress)
			throws Exception {
		refuseWhatNobodyCompares(snapshot);
		var script = SchemaScript.read(snapshot.connection());
		var rebuilding = new FutureTask<>(() -> new Rebuild(this.target, this.scratches).of(script, source));
		var builder = new Thread(rebuilding, "backup-schema");
		builder.setDaemon(true);
		builder.start();
		var export = new CopyExport(snapshot, directory, this.sealing, this.settings.pace());
		var tables = new ArrayList<Manifest.Table>();
		try {
			tables.addAll(export.run(this.settings.workers(), unlessRefused(progress, rebuilding)));
		}
		finally {
			builder.join();
		}
		var built = result(rebuilding);
		export.text(CopyImport.BEFORE, SchemaScript.toText(built.script().before()));
		export.text(CopyImport.AFTER, SchemaScript.toText(built.script().after()));
		export.text(Taking.LINES, SchemaText.write(built.schema()));
		if (snapshot.part() == null) {
			largeObjectOwners(export, snapshot);
		}
		return new Written("copy", TOOL, tables, built.schema(), export.entries(), built.notes());
	}

	/** No line of the schema tells of these: the comparison would not miss them. */
	private void refuseWhatNobodyCompares(Snapshot snapshot) throws SQLException {
		var unknown = snapshot.strings("""
				select pg_catalog.format('subscription %I', subname) from pg_catalog.pg_subscription
				where subdbid = (select oid from pg_catalog.pg_database where datname = current_database())
				union all
				select pg_catalog.format('text search %s %I.%I', x.kind, n.nspname, x.name) from (
					select 'parser', prsname, prsnamespace, oid, 'pg_catalog.pg_ts_parser'::regclass
					from pg_catalog.pg_ts_parser
					union all select 'template', tmplname, tmplnamespace, oid, 'pg_catalog.pg_ts_template'::regclass
					from pg_catalog.pg_ts_template) x(kind, name, namespace, oid, class)
				join pg_catalog.pg_namespace n on n.oid = x.namespace
				where x.oid >= 16384 and not exists (select from pg_catalog.pg_depend d
					where d.classid = x.class and d.objid = x.oid and d.deptype = 'e')
				order by 1""");
		if (!unknown.isEmpty()) {
			throw Rebuild.refused(this.target, unknown);
		}
	}

	/** The rows are of no use any more once the schema was refused. */
	private static Progress unlessRefused(Progress progress, FutureTask<?> rebuilding) {
		return new Progress() {

			@Override
			public void at(long done, long total, String unit) {
				progress.at(done, total, unit);
			}

			@Override
			public void checkpoint() {
				progress.checkpoint();
				if (rebuilding.isDone()) {
					try {
						result(rebuilding);
					}
					catch (RuntimeException ex) {
						throw ex;
					}
					catch (Exception ex) {
						throw new IllegalStateException("The schema cannot be rebuilt: " + ex.getMessage(), ex);
					}
				}
			}

		};
	}

	private static <T> T result(FutureTask<T> task) throws Exception {
		try {
			return task.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private static void largeObjectOwners(CopyExport export, Snapshot snapshot) throws IOException, SQLException {
		var owners = snapshot.strings("""
				select pg_catalog.format('alter large object %s owner to %I', oid, pg_catalog.pg_get_userbyid(lomowner))
				from pg_catalog.pg_largeobject_metadata
				union all
				select pg_catalog.format('grant %s on large object %s to %s', x.privilege_type, m.oid, case x.grantee
					when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end)
				from pg_catalog.pg_largeobject_metadata m, pg_catalog.aclexplode(m.lomacl) x
				union all
				select pg_catalog.format('comment on large object %s is %L', objoid, description)
				from pg_catalog.pg_description where classoid = 'pg_catalog.pg_largeobject'::regclass""");
		if (!owners.isEmpty()) {
			export.text(CopyImport.LARGE_OBJECT_OWNERS, SchemaScript.toText(owners));
		}
	}

}
