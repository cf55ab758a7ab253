package dev.backout.plan;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import dev.backout.database.Target;
import dev.backout.migration.ReleaseProof;
import dev.backout.migration.Reversal;
import dev.backout.plan.Reversals.Undo;

/**
 * Finds the tables that a way back changes: those that were locked for it, there and
 * back, when it was proven. No text is guessed from; where a changeset is not proven as
 * it is now, nobody knows.
 */
final class ChangedTables {

	/** Rows are in the leaves; what is derived from rows is in no backup. */
	private static final String LEAVES = """
			with named as (select w.name, pg_catalog.to_regclass(w.name) as id from unnest(?::text[]) w(name))
			select w.name, c.relkind::text,
				case when l.oid is not null then pg_catalog.format('%I.%I', n.nspname, l.relname) end,
				exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass
					and d.objid = l.oid and d.deptype = 'e')
			from named w left join pg_catalog.pg_class c on c.oid = w.id
			left join lateral (select c.oid as id where c.relkind = 'r'
				union all select t.relid from pg_catalog.pg_partition_tree(case c.relkind when 'p' then c.oid::regclass end) t
				where t.isleaf) leaf on true
			left join pg_catalog.pg_class l on l.oid = leaf.id and l.relkind = 'r'
			left join pg_catalog.pg_namespace n on n.oid = l.relnamespace""";

	private final Target target;

	private final Optional<ReleaseProof> proof;

	ChangedTables(Target target, Optional<ReleaseProof> proof) {
		this.target = target;
		this.proof = proof;
	}

	PlanTables of(List<Undo> undos) {
		var names = new TreeSet<String>();
		var unknown = new ArrayList<String>();
		for (var undo : undos) {
			if (undo.step().way() == Reversal.Way.FORGET) {
				continue;
			}
			var changed = this.proof.flatMap((kept) -> kept.of(undo.component(), undo.step().deployed().id()))
				.map(ReleaseProof.Proven::changedBack)
				.orElse(null);
			if (changed == null) {
				unknown.add(undo.changeset());
			}
			else {
				names.addAll(changed);
			}
		}
		return unknown.isEmpty() ? there(names) : PlanTables.unknown("no proof shows it for %s%s"
			.formatted(unknown.get(0), (unknown.size() > 1) ? " and %d more".formatted(unknown.size() - 1) : ""));
	}

	/** As they are called now: a later changeset may have renamed one. */
	private PlanTables there(TreeSet<String> names) {
		var leaves = new TreeSet<String>();
		try (var connection = this.target.open("plan"); var find = connection.prepareStatement(LEAVES)) {
			find.setArray(1, connection.createArrayOf("text", names.toArray()));
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					if (rows.getString(2) == null) {
						return PlanTables
							.unknown("%s has another name by now, or is not there".formatted(rows.getString(1)));
					}
					if (rows.getBoolean(4)) {
						return PlanTables.unknown("%s is an extension's".formatted(rows.getString(3)));
					}
					if (rows.getString(3) != null) {
						leaves.add(rows.getString(3));
					}
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The tables of '%s' cannot be read".formatted(this.target.name()), ex);
		}
		return PlanTables.of(leaves);
	}

}
