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
	 * One query per foreign key, whatever its state: NOT VALID, disabled, of many
	 * columns. The operators are those that the constraint itself uses.
	 */
	private static final String ORPHANS = """
			select con.conrelid::regclass || '.' || pg_catalog.quote_ident(con.conname) as name,
				pg_catalog.format('select count(*) as orphans from %s%s c where %s and not exists (select from %s%s p where %s)',
					case when cr.relkind = 'p' then '' else 'only ' end, con.conrelid::regclass,
					pg_catalog.string_agg(pg_catalog.format('c.%I is not null', ca.attname), ' and ' order by u.ord),
					case when pr.relkind = 'p' then '' else 'only ' end, con.confrelid::regclass,
					pg_catalog.string_agg(pg_catalog.format('p.%I operator(%s.%s) c.%I', pa.attname,
						pg_catalog.quote_ident(opn.nspname), op.oprname, ca.attname), ' and ' order by u.ord)) as query
			from pg_catalog.pg_constraint con
			join pg_catalog.pg_class cr on cr.oid = con.conrelid
			join pg_catalog.pg_class pr on pr.oid = con.confrelid
			cross join lateral unnest(con.conkey, con.confkey, con.conpfeqop) with ordinality u(ck, pk, eq, ord)
			join pg_catalog.pg_attribute ca on ca.attrelid = con.conrelid and ca.attnum = u.ck
			join pg_catalog.pg_attribute pa on pa.attrelid = con.confrelid and pa.attnum = u.pk
			join pg_catalog.pg_operator op on op.oid = u.eq
			join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace
			where con.contype = 'f' and con.conparentid = 0
			group by con.oid, con.conrelid, con.confrelid, con.conname, cr.relkind, pr.relkind
			order by 1""";

	/**
	 * One query per sequence that a column of whole numbers owns, in either direction.
	 */
	private static final String BEHIND = """
			select s.oid::regclass::text as name,
				pg_catalog.format('select %s(t.%I)::text as furthest, (case when s.is_called then s.last_value + (%s) '
					'else s.last_value end)::text as next from %s t, %s s group by s.is_called, s.last_value '
					'having %s(t.%I) %s case when s.is_called then s.last_value + (%s) else s.last_value end',
					k.extreme, a.attname, q.seqincrement, d.refobjid::regclass, s.oid::regclass, k.extreme, a.attname,
					k.reaches, q.seqincrement) as query
			from pg_catalog.pg_class s
			join pg_catalog.pg_sequence q on q.seqrelid = s.oid
			join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.oid
				and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
			join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
			cross join lateral (select case when q.seqincrement > 0 then 'max' else 'min' end as extreme,
				case when q.seqincrement > 0 then '>=' else '<=' end as reaches) k
			where s.relkind = 'S' and a.atttypid in (20, 21, 23)
			order by 1""";

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
				for (var found : inspection.list(sequence.getOrDefault("query", ""))) {
					if (!ignored.contains(name)) {
						offending.add(Measurement.row("sequence", name, "next", found.getOrDefault("next", ""), "taken",
								found.getOrDefault("furthest", "")));
					}
				}
			}
		}
		return Measurement.offending("sequences whose next value is taken", offending, null);
	}

}
