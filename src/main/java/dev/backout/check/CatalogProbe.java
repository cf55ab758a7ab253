package dev.backout.check;

import java.util.EnumMap;
import java.util.Map;

import org.springframework.stereotype.Component;

/**
 * Asks PostgreSQL's own catalogue; every row offends. The first column names what does,
 * for {@code ignore}.
 */
@Component
class CatalogProbe implements Probe {

	private static final Map<CheckKind, Question> QUESTIONS = questions();

	/**
	 * A query and what its rows are.
	 *
	 * @param what the rows, in the plural
	 * @param sql every row offends
	 */
	private record Question(String what, String sql) {
	}

	@Override
	public boolean measures(CheckKind kind) {
		return QUESTIONS.containsKey(kind);
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		var question = QUESTIONS.get(check.kind());
		if (question == null) {
			throw new IllegalArgumentException("No question for " + check.kind());
		}
		try (var inspection = Inspection.reading(subject, check.timeout())) {
			var offending = Measurement.without(inspection.list(question.sql()), Parameters.texts(check, "ignore"));
			return Measurement.offending(question.what(), offending, question.sql());
		}
	}

	private static Map<CheckKind, Question> questions() {
		var questions = new EnumMap<CheckKind, Question>(CheckKind.class);
		questions.put(CheckKind.INVALID_INDEXES, new Question("invalid indexes", """
				select i.indexrelid::regclass as index, i.indrelid::regclass as table, i.indisvalid as valid,
					i.indisready as ready, i.indislive as live
				from pg_catalog.pg_index i
				where not (i.indisvalid and i.indisready and i.indislive)
				and not exists (select from pg_catalog.pg_stat_progress_create_index p
					where p.index_relid = i.indexrelid)
				order by 1"""));
		questions.put(CheckKind.UNVALIDATED_CONSTRAINTS, new Question("constraints that old rows may break", """
				select case when c.contypid <> 0 then pg_catalog.format_type(c.contypid, null)
						else c.conrelid::regclass::text end || '.' || pg_catalog.quote_ident(c.conname) as constraint,
					pg_catalog.pg_get_constraintdef(c.oid) as definition
				from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid = c.connamespace
				where not c.convalidated and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
				order by 1"""));
		questions.put(CheckKind.DISABLED_TRIGGERS, new Question("triggers or rules that do not fire", """
				select t.tgrelid::regclass || '.' || pg_catalog.quote_ident(t.tgname) as trigger,
					case t.tgenabled when 'D' then 'disabled' else 'on replicas only' end as state,
					t.tgisinternal as internal
				from pg_catalog.pg_trigger t where t.tgenabled in ('D', 'R')
				union all
				select r.ev_class::regclass || '.' || pg_catalog.quote_ident(r.rulename),
					case r.ev_enabled when 'D' then 'disabled' else 'on replicas only' end, false
				from pg_catalog.pg_rewrite r where r.ev_enabled in ('D', 'R')
				order by 1"""));
		questions.put(CheckKind.SEQUENCES_NEAR_END, new Question("sequences near their end", """
				select pg_catalog.format('%I.%I', s.schemaname, s.sequencename) as sequence, s.last_value as last,
					s.max_value as end, 'of the sequence' as of
				from pg_catalog.pg_sequences s
				where s.last_value is not null and s.increment_by > 0 and not s.cycle
					and s.last_value - s.min_value::numeric > 0.9 * (s.max_value::numeric - s.min_value)
				union all
				select pg_catalog.format('%I.%I', s.schemaname, s.sequencename), s.last_value, s.min_value,
					'of the sequence'
				from pg_catalog.pg_sequences s
				where s.last_value is not null and s.increment_by < 0 and not s.cycle
					and s.max_value::numeric - s.last_value > 0.9 * (s.max_value::numeric - s.min_value)
				union all
				select s.oid::regclass::text, pg_catalog.pg_sequence_last_value(s.oid), k.largest,
					'of column ' || a.attrelid::regclass || '.' || pg_catalog.quote_ident(a.attname)
				from pg_catalog.pg_class s
				join pg_catalog.pg_sequence q on q.seqrelid = s.oid
				join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.oid
					and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
				join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
				join (values (21, 32767), (23, 2147483647)) k(type, largest) on k.type = a.atttypid
				where q.seqmax > k.largest and pg_catalog.pg_sequence_last_value(s.oid) > 0.9 * k.largest
				order by 1"""));
		questions.put(CheckKind.UNPOPULATED_VIEWS, new Question("materialised views without data", """
				select c.oid::regclass as view from pg_catalog.pg_class c
				where c.relkind = 'm' and not c.relispopulated order by 1"""));
		questions.put(CheckKind.NEVER_ANALYZED, new Question("tables without statistics", """
				select c.oid::regclass as table, pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(c.oid)) as size
				from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
					and pg_catalog.pg_relation_size(c.oid) > 10 * 8192
					and not exists (select from pg_catalog.pg_statistic s where s.starelid = c.oid)
				order by 1"""));
		questions.put(CheckKind.COLLATION_MISMATCH, new Question("collations whose library changed", """
				select 'database ' || d.datname as collation, d.datcollversion as recorded,
					pg_catalog.pg_database_collation_actual_version(d.oid) as actual
				from pg_catalog.pg_database d where d.datname = current_database()
					and d.datcollversion is distinct from pg_catalog.pg_database_collation_actual_version(d.oid)
				union all
				select c.oid::regcollation::text, c.collversion, pg_catalog.pg_collation_actual_version(c.oid)
				from pg_catalog.pg_collation c where c.collprovider <> 'd'
					and c.collversion is distinct from pg_catalog.pg_collation_actual_version(c.oid)
				order by 1"""));
		questions.put(CheckKind.NO_PRIMARY_KEY, new Question("tables without a primary key", """
				select c.oid::regclass as table
				from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
					and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
					and c.relname not in ('databasechangelog')
					and not exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary)
				order by 1"""));
		questions.put(CheckKind.PREPARED_TRANSACTIONS, new Question("prepared transactions", """
				select p.gid as transaction, p.owner, p.prepared from pg_catalog.pg_prepared_xacts p
				where p.database = current_database() order by 1"""));
		questions.put(CheckKind.INACTIVE_SLOTS, new Question("replication slots that nobody reads", """
				select s.slot_name as slot, s.wal_status as state, pg_catalog.pg_size_pretty(
					pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)) as held
				from pg_catalog.pg_replication_slots s
				where s.database = current_database() and not s.active order by 1"""));
		questions.put(CheckKind.OWNER_DRIFT, new Question("objects of another owner than their schema", """
				select c.oid::regclass as object, pg_catalog.pg_get_userbyid(c.relowner) as owner,
					pg_catalog.pg_get_userbyid(n.nspowner) as expected
				from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind in ('r', 'p', 'S', 'v', 'm') and n.nspname !~ '^pg_'
					and n.nspname <> 'information_schema' and c.relowner <> n.nspowner
					and not (n.nspowner = 'pg_database_owner'::regrole and c.relowner =
						(select d.datdba from pg_catalog.pg_database d where d.datname = current_database()))
				order by 1"""));
		return questions;
	}

}
