package dev.backout.check;

import java.util.ArrayList;
import java.util.Map;

import org.springframework.stereotype.Component;

/**
 * Reads the rows themselves: foreign keys whose parent is missing, sequences whose next
 * value is taken. The catalogue says which queries to ask.
 */
@Component
class ReferenceProbe implements Probe {

	/**
	 * One query per foreign key, whatever its state: NOT VALID, disabled, deferred, of
	 * many columns. The operators are those that the constraint itself uses. A row with
	 * some NULLs is fine for MATCH SIMPLE and an orphan for MATCH FULL.
	 */
	private static final String ORPHANS = """
			select con.conrelid::regclass || '.' || pg_catalog.quote_ident(con.conname) as name,
				pg_catalog.format('select count(*) as orphans from %s%s c where ',
					case when cr.relkind = 'p' then '' else 'only ' end, con.conrelid::regclass)
				|| pg_catalog.format(case con.confmatchtype when 'f' then 'not (%s) and (%s or not exists (%s))'
						else '%3$s' end,
					pg_catalog.string_agg(pg_catalog.format('c.%I is null', ca.attname), ' and ' order by u.ord),
					pg_catalog.string_agg(pg_catalog.format('c.%I is null', ca.attname), ' or ' order by u.ord),
					case con.confmatchtype when 'f' then '' else pg_catalog.string_agg(
						pg_catalog.format('c.%I is not null', ca.attname), ' and ' order by u.ord)
						|| ' and not exists (' end
					|| pg_catalog.format('select from %s%s p where ',
						case when pr.relkind = 'p' then '' else 'only ' end, con.confrelid::regclass)
					|| pg_catalog.string_agg(pg_catalog.format('p.%I operator(%s.%s) c.%I', pa.attname,
						pg_catalog.quote_ident(opn.nspname), op.oprname, ca.attname), ' and ' order by u.ord)
					|| case con.confmatchtype when 'f' then '' else ')' end) as query
			from pg_catalog.pg_constraint con
			join pg_catalog.pg_class cr on cr.oid = con.conrelid
			join pg_catalog.pg_class pr on pr.oid = con.confrelid
			cross join lateral unnest(con.conkey, con.confkey, con.conpfeqop) with ordinality u(ck, pk, eq, ord)
			join pg_catalog.pg_attribute ca on ca.attrelid = con.conrelid and ca.attnum = u.ck
			join pg_catalog.pg_attribute pa on pa.attrelid = con.confrelid and pa.attnum = u.pk
			join pg_catalog.pg_operator op on op.oid = u.eq
			join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace
			where con.contype = 'f' and con.conparentid = 0
			group by con.oid, con.conrelid, con.confrelid, con.conname, con.confmatchtype, cr.relkind, pr.relkind
			order by 1""";

	/** Keys over periods (PostgreSQL 18) need another question; they are named. */
	private static final String PERIODS = """
			select con.conrelid::regclass || '.' || pg_catalog.quote_ident(con.conname) as name
			from pg_catalog.pg_constraint con
			where con.contype = 'f' and (to_jsonb(con) ->> 'conperiod')::boolean order by 1""";

	/**
	 * One query per sequence that a column of whole numbers owns or takes its default
	 * from, in either direction. A row is in the way when the sequence will come to it:
	 * at or beyond the next value, a whole number of steps away. A sequence without a
	 * next value gives none.
	 */
	private static final String BEHIND = """
			select s.oid::regclass::text as name, a.attrelid::regclass || '.' || pg_catalog.quote_ident(a.attname)
					as column,
				pg_catalog.format('select (select %1$s(t.%2$I) from %3$s t where t.%2$I %4$s n.edge '
					'and (t.%2$I - n.next) %% %5$s = 0)::text as furthest, n.next::text as next, '
					'not %6$L::boolean and (n.next > %7$s or n.next < %8$s) as ended '
					'from (select b.next, greatest(-9223372036854775808, least(9223372036854775807, b.next))::bigint as edge '
					'from (select (case when s.is_called then s.last_value::numeric + (%5$s) '
					'else s.last_value end)::numeric as next from %9$s s) b) n',
					k.extreme, a.attname, a.attrelid::regclass, k.reaches, q.seqincrement, q.seqcycle, q.seqmax, q.seqmin,
					s.oid::regclass) as query
			from pg_catalog.pg_class s
			join pg_catalog.pg_sequence q on q.seqrelid = s.oid
			join (
				select d.objid as sequence, d.refobjid as relation, d.refobjsubid as number from pg_catalog.pg_depend d
				where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
					and d.deptype in ('a', 'i') and d.refobjsubid > 0
				union
				select d.refobjid, f.adrelid, f.adnum from pg_catalog.pg_depend d
				join pg_catalog.pg_attrdef f on f.oid = d.objid
				where d.classid = 'pg_catalog.pg_attrdef'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
					and pg_catalog.pg_get_expr(f.adbin, f.adrelid) ~ '^nextval\\(''.*''::regclass\\)$'
			) u on u.sequence = s.oid
			join pg_catalog.pg_class r on r.oid = u.relation
			join pg_catalog.pg_attribute a on a.attrelid = u.relation and a.attnum = u.number
			join pg_catalog.pg_type y on y.oid = a.atttypid
			cross join lateral (select case when q.seqincrement > 0 then 'max' else 'min' end as extreme,
				case when q.seqincrement > 0 then '>=' else '<=' end as reaches) k
			where s.relkind = 'S' and r.relkind in ('r', 'p') and not r.relispartition
				and case when y.typtype = 'd' then y.typbasetype else y.oid end in (20, 21, 23, 1700)
			order by 1, 2""";

	@Override
	public boolean measures(CheckKind kind) {
		return kind == CheckKind.FOREIGN_KEY_ORPHANS || kind == CheckKind.SEQUENCES_BEHIND;
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		return (check.kind() == CheckKind.FOREIGN_KEY_ORPHANS) ? orphans(check, subject) : behind(check, subject);
	}

	private Measurement orphans(Check check, Subject subject) throws Exception {
		var ignored = Parameters.texts(check, "ignore");
		var offending = new ArrayList<Map<String, String>>();
		var total = 0L;
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			var periods = inspection.list(PERIODS).stream().map((row) -> row.getOrDefault("name", "")).toList();
			if (!ignored.containsAll(periods)) {
				throw new Inconclusive("Keys over periods cannot be looked at yet: ignore %s and check them in SQL"
					.formatted(periods));
			}
			for (var key : inspection.list(ORPHANS)) {
				var name = key.getOrDefault("name", "");
				var query = key.getOrDefault("query", "");
				if (ignored.contains(name)) {
					continue;
				}
				var orphans = Long.parseLong(inspection.list(query).get(0).getOrDefault("orphans", "0"));
				if (orphans > 0) {
					total += orphans;
					offending.add(Measurement.row("constraint", name, "orphans", String.valueOf(orphans), "query",
							query.replaceFirst("^select count\\(\\*\\) as orphans", "select c.*")));
				}
			}
		}
		return new Measurement(String.valueOf(total), Measurement.counted(total, "rows without their parent"),
				offending.stream().limit(Measurement.KEPT).toList(), Math.max(0, offending.size() - Measurement.KEPT),
				null);
	}

	private Measurement behind(Check check, Subject subject) throws Exception {
		var ignored = Parameters.texts(check, "ignore");
		var offending = new ArrayList<Map<String, String>>();
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			for (var sequence : inspection.list(BEHIND)) {
				var name = sequence.getOrDefault("name", "");
				if (ignored.contains(name)) {
					continue;
				}
				for (var found : inspection.list(sequence.getOrDefault("query", ""))) {
					var taken = found.getOrDefault("furthest", "");
					var ended = found.getOrDefault("ended", "").equals("t");
					if (ended || !taken.equals("NULL")) {
						offending.add(Measurement.row("sequence", name, "column", sequence.getOrDefault("column", ""),
								"next", ended ? "none: it has ended" : found.getOrDefault("next", ""), "taken",
								taken.equals("NULL") ? "" : taken));
					}
				}
			}
		}
		return Measurement.offending("sequences whose next value is taken", offending, null);
	}

}
