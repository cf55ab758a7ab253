package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who else stands on what a reversal takes away: things that later changesets outside of
 * it made, and that PostgreSQL would take along.
 */
final class Dependents {

	private final LiquibaseSession session;

	Dependents(LiquibaseSession session) {
		this.session = session;
	}

	List<Reversal.Collateral> of(List<Reversal.Step> steps) throws SQLException {
		if (steps.stream().allMatch((step) -> step.deployed().run() == 0)) {
			return List.of();
		}
		var chosen = new HashSet<Long>();
		steps.forEach((step) -> chosen.add(step.deployed().run()));
		var madeBy = madeBy();
		var found = new LinkedHashSet<Reversal.Collateral>();
		for (var step : steps) {
			for (var made : made(step.deployed().run())) {
				for (var dependent : dependents(made)) {
					var later = madeBy.get(dependent);
					if (later != null && !chosen.contains(later.run())) {
						found.add(new Reversal.Collateral(later.id(), step.deployed().id(), dependent));
					}
				}
			}
		}
		return new ArrayList<>(found);
	}

	private record Maker(long run, ChangesetId id) {
	}

	/** Which live run made each thing. */
	private Map<String, Maker> madeBy() throws SQLException {
		var makers = new HashMap<String, Maker>();
		try (var find = this.session.connection.prepareStatement(
				"""
						select a.run, a.file, a.id, a.author, substr(t, 2) from backout.change_run a, jsonb_array_elements_text(a.touched) t
						where a.direction = 'APPLY' and a.state = 'DONE' and t like '+%' and not exists (
							select 1 from backout.change_run r where r.undoes = a.run and r.state = 'DONE')
						order by a.run""");
				var rows = find.executeQuery()) {
			while (rows.next()) {
				makers.put(rows.getString(5), new Maker(rows.getLong(1),
						new ChangesetId(rows.getString(2), rows.getString(3), rows.getString(4))));
			}
		}
		return makers;
	}

	private List<String> made(long run) throws SQLException {
		var made = new ArrayList<String>();
		try (var find = this.session.connection.prepareStatement("""
				select substr(t, 2) from backout.change_run, jsonb_array_elements_text(touched) t
				where run = ? and t like '+%'""")) {
			find.setLong(1, run);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					made.add(rows.getString(1));
				}
			}
		}
		return made;
	}

	/** What PostgreSQL says depends on it, by the names that the journal uses. */
	private Set<String> dependents(String made) throws SQLException {
		var dependents = new HashSet<String>();
		try (var find = this.session.connection.prepareStatement(
				"""
						with target as (
							select c.oid, 0 as att from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
								where ? in ('table ' || format('%I.%I', n.nspname, c.relname), 'view ' || format('%1$I.%2$I', n.nspname, c.relname))
							union all
							select c.oid, a.attnum from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
								join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
								where ? = format('column %I.%I.%I', n.nspname, c.relname, a.attname)),
						dep as (select distinct d.classid, d.objid, d.refobjid from target t join pg_catalog.pg_depend d
							on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and (t.att = 0 or d.refobjsubid = t.att))
						select case c.relkind when 'i' then 'index' when 'v' then 'view' when 'm' then 'view' when 'S' then 'sequence' else 'table' end
								|| ' ' || backout.qualified(c.oid::regclass) from dep join pg_catalog.pg_class c on dep.classid = 'pg_class'::regclass and c.oid = dep.objid
						union select format('constraint %s.%I', backout.qualified(k.conrelid), k.conname) from dep
							join pg_catalog.pg_constraint k on dep.classid = 'pg_constraint'::regclass and k.oid = dep.objid where k.conrelid <> 0
						union select format('trigger %s.%I', backout.qualified(g.tgrelid), g.tgname) from dep
							join pg_catalog.pg_trigger g on dep.classid = 'pg_trigger'::regclass and g.oid = dep.objid
						union select format('policy %s.%I', backout.qualified(p.polrelid), p.polname) from dep
							join pg_catalog.pg_policy p on dep.classid = 'pg_policy'::regclass and p.oid = dep.objid
						union select 'view ' || backout.qualified(w.ev_class) from dep
							join pg_catalog.pg_rewrite w on dep.classid = 'pg_rewrite'::regclass and w.oid = dep.objid
						union select format('column %s.%I', backout.qualified(a.adrelid), t.attname) from dep
							join pg_catalog.pg_attrdef a on dep.classid = 'pg_attrdef'::regclass and a.oid = dep.objid
							join pg_catalog.pg_attribute t on t.attrelid = a.adrelid and t.attnum = a.adnum and t.attgenerated <> ''""")) {
			find.setString(1, made);
			find.setString(2, made);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					dependents.add(rows.getString(1));
				}
			}
		}
		dependents.remove(made);
		return dependents;
	}

}
