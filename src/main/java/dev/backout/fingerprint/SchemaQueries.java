package dev.backout.fingerprint;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The catalogue queries behind a schema's lines: kind, object, detail.
 * <p>
 * Long because PostgreSQL has many kinds of object and each is one query. A kind whose
 * name starts with {@code ~} is cosmetic. What belongs to an extension is left to the
 * extension's own line.
 */
final class SchemaQueries {

	private SchemaQueries() {
	}

	/** Of relations: the fourth column says which, by its number. */
	private static List<String> relations() {
		return List.of(RELATIONS, GRANTS, COLUMNS, COLUMN_ORDER, CONSTRAINTS, INDEXES, SEQUENCES, VIEWS, TRIGGERS,
				CONSTRAINT_TRIGGERS, RULES, POLICIES);
	}

	/** Those of some relations, as one query with one parameter: their numbers. */
	static String ofRelations(Scope scope) {
		var parts = relations().stream().map((query) -> fill(query, scope, "any (o.oids)")).toList();
		return "with o as (select ?::oid[] as oids)\n" + String.join("\nunion all\n",
				parts.stream()
					.map((query) -> "select kind::text, object::text, detail::text, owner from o cross join lateral ("
							+ query + ") q(kind, object, detail, owner)")
					.toList());
	}

	/** Where sequences are: nothing in the catalogue changes when they move. */
	static String positions(Scope scope) {
		return fill(SEQUENCE_VALUES, scope, null);
	}

	static String comments(Scope scope) {
		return fill(COMMENTS, scope, null);
	}

	/**
	 * All queries for a server of this major version.
	 */
	static List<String> of(Scope scope, int version) {
		var queries = new ArrayList<>(relations());
		queries.addAll(List.of(SCHEMAS, SEQUENCE_VALUES, FUNCTIONS, TYPES, COMMENTS, EXTENSIONS, STATISTICS,
				DEFAULT_GRANTS, EVENT_TRIGGERS, PUBLICATIONS, OPERATORS, OPERATOR_CLASSES, CASTS, COLLATIONS,
				TEXT_SEARCH, FOREIGN, LANGUAGES));
		if (version >= 15) {
			queries.add(PUBLICATION_SCHEMAS);
			queries.add(PUBLICATION_FILTERS);
		}
		else {
			queries.add(PUBLICATION_TABLES);
		}
		return queries.stream().map((query) -> fill(query, scope, null)).toList();
	}

	private static String fill(String query, Scope scope, @Nullable String owners) {
		return query.replace("$owners", (owners != null) ? "c.oid = " + owners : "true")
			.replace("$tableowners", (owners != null) ? "tc.oid = " + owners : "true")
			.replace("$namespaces", scope.namespaces())
			.replace("$relation", scope.relation("c.relname"))
			.replace("$table", scope.relation("tc.relname"))
			.replace("$identity", scope.own() ? "true" : "i.identity !~ '(^| on )(backout|backout_stash)(\\.|$)'")
			.replace("$history",
					scope.history() ? "true"
							: "i.identity !~ '(^|[. ])(databasechangelog|databasechangeloglock)(_pkey)?(\\.|$| )'")
			.replaceAll("\\$acl\\((\\w+\\.\\w+), (\\w+\\.\\w+), ([^)]+)\\)",
					"(select pg_catalog.string_agg(x::text, ',' order by x::text collate \"C\") "
							+ "from pg_catalog.unnest(coalesce($1, pg_catalog.acldefault($3, $2))) x)")
			.replaceAll("\\$noextension\\((\\w+), (\\w+)\\)", """
					not exists (select from pg_catalog.pg_depend x where x.classid = 'pg_catalog.$1'::regclass
					and x.objid = $2.oid and x.deptype = 'e')""");
	}

	private static final String SCHEMAS = """
			select 'schema', n.nspname, pg_get_userbyid(n.nspowner) || ' ' || $acl(n.nspacl, n.nspowner, 'n')
			from pg_namespace n where $namespaces""";

	private static final String RELATIONS = """
			select 'relation', format('%I.%I', n.nspname, c.relname),
				concat_ws('|', c.relkind::text, c.relpersistence::text, pg_get_userbyid(c.relowner),
					(select string_agg(o, ',' order by o) from unnest(c.reloptions) o),
					(select string_agg('toast.' || o, ',' order by o) from pg_class tc, unnest(tc.reloptions) o
						where tc.oid = c.reltoastrelid),
					'rls=' || c.relrowsecurity || c.relforcerowsecurity,
					'ri=' || case when c.relreplident = 'd' then 'd' else c.relreplident::text end, am.amname, ts.spcname,
					case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
					pg_get_expr(c.relpartbound, c.oid),
					(select string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits
						where inhrelid = c.oid),
					case when c.reloftype <> 0 then c.reloftype::regtype::text end), c.oid::bigint
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			left join pg_am am on am.oid = c.relam left join pg_tablespace ts on ts.oid = c.reltablespace
			where $owners and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and $namespaces and $relation
			and $noextension(pg_class, c)""";

	private static final String GRANTS = """
			select 'grant', format('%I.%I', n.nspname, c.relname),
				$acl(c.relacl, c.relowner, case when c.relkind = 'S' then 's'::"char" else 'r' end), c.oid::bigint
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where $owners and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and $namespaces and $relation
			and $noextension(pg_class, c)""";

	private static final String COLUMNS = """
			select 'column', format('%I.%I.%I', n.nspname, c.relname, a.attname),
				concat_ws('|', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
					'default=' || pg_get_expr(d.adbin, d.adrelid), 'identity=' || nullif(a.attidentity::text, ''),
					'generated=' || nullif(a.attgenerated::text, ''),
					case when a.attcollation <> t.typcollation then 'collation=' || a.attcollation::regcollation end,
					case when a.attstorage <> t.typstorage then 'storage=' || a.attstorage::text end,
					'compression=' || nullif(a.attcompression::text, ''),
					case when a.attstattarget >= 0 then 'statistics=' || a.attstattarget end,
					(select string_agg(o, ',' order by o) from unnest(a.attoptions) o),
					(select string_agg(o, ',' order by o) from unnest(a.attfdwoptions) o),
					case when a.attinhcount > 0 and not a.attislocal then 'inherited' end,
					(select string_agg(x::text, ',' order by x::text collate "C") from unnest(a.attacl) x)), c.oid::bigint
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			join pg_type t on t.oid = a.atttypid
			left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
			where $owners and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
			and $namespaces and $relation and $noextension(pg_class, c)""";

	private static final String COLUMN_ORDER = """
			select '~columnorder', format('%I.%I', n.nspname, c.relname), string_agg(a.attname, ',' order by a.attnum), c.oid::bigint
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			where $owners and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'c')
			and $namespaces and $relation and $noextension(pg_class, c) group by 1, 2, 4""";

	private static final String CONSTRAINTS = """
			select 'constraint', format('%I.%I.%I', n.nspname, coalesce(c.relname, ty.typname), k.conname),
				concat_ws('|', pg_get_constraintdef(k.oid), 'valid=' || k.convalidated,
					'deferrable=' || k.condeferrable || k.condeferred, 'noinherit=' || (k.contype = 'c' and k.connoinherit),
					'local=' || k.conislocal), c.oid::bigint
			from pg_constraint k join pg_namespace n on n.oid = k.connamespace
			left join pg_class c on c.oid = k.conrelid left join pg_type ty on ty.oid = k.contypid
			where $owners and k.contype <> 'n' and $namespaces and $relation
			and not exists (select from pg_depend x where x.deptype = 'e'
				and (x.classid = 'pg_class'::regclass and x.objid = k.conrelid
					or x.classid = 'pg_type'::regclass and x.objid = k.contypid))""";

	private static final String INDEXES = """
			select 'index', format('%I.%I', n.nspname, c.relname),
				concat_ws('|', pg_get_indexdef(i.indexrelid), 'valid=' || i.indisvalid, 'ready=' || i.indisready,
					'clustered=' || i.indisclustered, 'ri=' || i.indisreplident,
					(select string_agg(o, ',' order by o) from unnest(c.reloptions) o),
					(select string_agg(attnum || ':' || attstattarget, ',' order by attnum) from pg_attribute
						where attrelid = c.oid and attstattarget >= 0),
					(select inhparent::regclass::text from pg_inherits where inhrelid = c.oid), ts.spcname), tc.oid::bigint
			from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class tc on tc.oid = i.indrelid
			join pg_namespace n on n.oid = c.relnamespace left join pg_tablespace ts on ts.oid = c.reltablespace
			where $tableowners and $namespaces and $table and tc.relkind <> 't' and $noextension(pg_class, tc)""";

	private static final String SEQUENCES = """
			select 'sequence', format('%I.%I', n.nspname, c.relname),
				concat_ws('|', format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache,
					s.seqcycle,
					(select d.deptype::text || ' ' || d.refobjid::regclass || '.' || quote_ident(a.attname)
					from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
					where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
					and d.refobjsubid > 0 limit 1)), c.oid::bigint
			from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
			where $owners and $namespaces and $noextension(pg_class, c)""";

	private static final String SEQUENCE_VALUES = """
			select '~sequencevalue', format('%I.%I', n.nspname, c.relname),
				case when has_sequence_privilege(c.oid, 'select') then pg_sequence_last_value(c.oid)::text end
			from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
			where $namespaces and c.relpersistence <> 't' and $noextension(pg_class, c)""";

	private static final String VIEWS = """
			select 'view', format('%I.%I', n.nspname, c.relname),
				pg_get_viewdef(c.oid) || case when c.relkind = 'm' then ' populated=' || c.relispopulated else '' end, c.oid::bigint
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where $owners and c.relkind in ('v', 'm') and $namespaces and $relation and $noextension(pg_class, c)""";

	private static final String FUNCTIONS = """
			select 'function', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
				case when p.prokind = 'a' then 'aggregate ' || (select concat_ws('|', g.aggkind, g.aggnumdirectargs,
					g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn,
					g.aggminvtransfn, g.aggmfinalfn, g.aggfinalextra, g.aggmfinalextra, g.aggfinalmodify,
					g.aggmfinalmodify, nullif(g.aggsortop, 0)::regoperator, format_type(g.aggtranstype, null),
					g.aggtransspace, format_type(nullif(g.aggmtranstype, 0), null), g.aggmtransspace,
					'init=' || g.agginitval, 'minit=' || g.aggminitval, p.proparallel)
					from pg_aggregate g where g.aggfnoid = p.oid) else pg_get_functiondef(p.oid) end
				|| '|' || pg_get_userbyid(p.proowner) || '|' || $acl(p.proacl, p.proowner, 'f')
			from pg_proc p join pg_namespace n on n.oid = p.pronamespace
			where $namespaces and $noextension(pg_proc, p)""";

	private static final String TRIGGERS = """
			select 'trigger', format('%I.%I.%I', n.nspname, c.relname, t.tgname),
				pg_get_triggerdef(t.oid) || ' enabled=' || t.tgenabled::text
				|| case when t.tgparentid <> 0 then ' inherited' else '' end, c.oid::bigint
			from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
			where $owners and not t.tgisinternal and $namespaces and $relation""";

	private static final String CONSTRAINT_TRIGGERS = """
			select 'fktrigger', format('%I.%I.%I', n.nspname, c.relname, k.conname),
				string_agg(t.tgenabled::text, ',' order by t.tgenabled), c.oid::bigint
			from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
			join pg_constraint k on k.oid = t.tgconstraint
			where $owners and t.tgisinternal and $namespaces and $relation group by 1, 2, 4""";

	private static final String RULES = """
			select 'rule', format('%I.%I.%I', n.nspname, c.relname, r.rulename), pg_get_ruledef(r.oid) || r.ev_enabled::text, c.oid::bigint
			from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
			where $owners and r.rulename <> '_RETURN' and $namespaces and $relation""";

	private static final String POLICIES = """
			select 'policy', format('%I.%I.%I', n.nspname, c.relname, p.polname),
				concat_ws('|', p.polpermissive, (select string_agg(case r when 0 then 'public' else pg_get_userbyid(r) end,
					',' order by case r when 0 then 'public' else pg_get_userbyid(r) end) from unnest(p.polroles) r),
					p.polcmd, 'using=' || pg_get_expr(p.polqual, p.polrelid),
					'check=' || pg_get_expr(p.polwithcheck, p.polrelid)), c.oid::bigint
			from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
			where $owners and $namespaces and $relation""";

	private static final String TYPES = """
			select 'type', format('%I.%I', n.nspname, t.typname), concat_ws('|', t.typtype, pg_get_userbyid(t.typowner),
				case t.typtype
				when 'e' then (select string_agg(quote_literal(enumlabel), ',' order by enumsortorder) from pg_enum
					where enumtypid = t.oid)
				when 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod), 'notnull=' || t.typnotnull,
					'default=' || t.typdefault, case when t.typcollation <> b.typcollation
						then 'collation=' || t.typcollation::regcollation end)
				when 'r' then (select concat_ws(' ', format_type(r.rngsubtype, null), nullif(r.rngcollation, 0)::regcollation,
					o.opcname, nullif(r.rngcanonical::oid, 0)::regproc, nullif(r.rngsubdiff::oid, 0)::regproc,
					format_type(r.rngmultitypid, null))
					from pg_range r join pg_opclass o on o.oid = r.rngsubopc where r.rngtypid = t.oid)
				when 'b' then concat_ws(' ', t.typinput, t.typoutput, t.typreceive, t.typsend, t.typlen, t.typalign,
					t.typstorage, t.typcategory)
				end, $acl(t.typacl, t.typowner, 'T'))
			from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
			left join pg_type b on b.oid = t.typbasetype
			where $namespaces and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c'
				or t.typtype = 'b' and t.typcategory <> 'A') and $noextension(pg_type, t)""";

	private static final String COMMENTS = """
			select 'comment', i.type || ' ' || i.identity, d.description
			from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
			where d.objoid >= 16384 and d.classoid <> 'pg_extension'::regclass and i.identity is not null
			and $identity and $history and not exists (select from pg_depend x where x.classid = d.classoid
				and x.objid = d.objoid and x.deptype = 'e')
			union all
			select 'seclabel', i.type || ' ' || i.identity || ' ' || l.provider, l.label
			from pg_seclabel l, pg_identify_object(l.classoid, l.objoid, l.objsubid) i""";

	private static final String EXTENSIONS = """
			select 'extension', e.extname, e.extversion || ' ' || n.nspname
			from pg_extension e join pg_namespace n on n.oid = e.extnamespace""";

	private static final String STATISTICS = """
			select 'statistics', format('%I.%I', n.nspname, s.stxname),
				concat_ws('|', pg_get_statisticsobjdef(s.oid), nullif(s.stxstattarget, -1), pg_get_userbyid(s.stxowner))
			from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where $namespaces""";

	private static final String DEFAULT_GRANTS = """
			select 'defaultgrant', concat_ws('/', coalesce(n.nspname, '*'), pg_get_userbyid(d.defaclrole),
				d.defaclobjtype), (select string_agg(x::text, ',' order by x::text collate "C") from unnest(d.defaclacl) x)
			from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
			where n.oid is null or $namespaces""";

	private static final String EVENT_TRIGGERS = """
			select 'eventtrigger', e.evtname, concat_ws('|', e.evtevent, e.evtfoid::regproc, e.evtenabled,
				array_to_string(e.evttags, ','), pg_get_userbyid(e.evtowner))
			from pg_event_trigger e where $noextension(pg_event_trigger, e)""";

	private static final String PUBLICATIONS = """
			select 'publication', p.pubname, concat_ws('|', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete,
				p.pubtruncate, p.pubviaroot, pg_get_userbyid(p.pubowner)) from pg_publication p""";

	private static final String PUBLICATION_TABLES = """
			select 'publicationtable', p.pubname, r.prrelid::regclass::text
			from pg_publication p join pg_publication_rel r on r.prpubid = p.oid""";

	private static final String PUBLICATION_FILTERS = """
			select 'publicationtable', p.pubname, concat_ws('|', r.prrelid::regclass, pg_get_expr(r.prqual, r.prrelid),
				(select string_agg(a.attname, ',' order by a.attname) from pg_attribute a
					where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)))
			from pg_publication p join pg_publication_rel r on r.prpubid = p.oid""";

	private static final String PUBLICATION_SCHEMAS = """
			select 'publicationschema', p.pubname, r.pnnspid::regnamespace::text
			from pg_publication p join pg_publication_namespace r on r.pnpubid = p.oid""";

	private static final String OPERATORS = """
			select 'operator', o.oid::regoperator::text, concat_ws('|', o.oprcode, nullif(o.oprcom, 0)::regoperator,
				nullif(o.oprnegate, 0)::regoperator, nullif(o.oprrest::oid, 0)::regproc, nullif(o.oprjoin::oid, 0)::regproc,
				o.oprcanmerge, o.oprcanhash, pg_get_userbyid(o.oprowner))
			from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
			where $namespaces and $noextension(pg_operator, o)""";

	private static final String OPERATOR_CLASSES = """
			select 'operatorclass', format('%I.%I %s', n.nspname, o.opcname, m.amname), concat_ws('|', f.opfname,
				format_type(o.opcintype, null), o.opcdefault, pg_get_userbyid(o.opcowner))
			from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace join pg_am m on m.oid = o.opcmethod
			join pg_opfamily f on f.oid = o.opcfamily where $namespaces and $noextension(pg_opclass, o)
			union all
			select 'operatorfamily', format('%I.%I %s', n.nspname, f.opfname, m.amname), concat_ws('|',
				pg_get_userbyid(f.opfowner),
				(select string_agg(format('%s %s', a.amopstrategy, a.amopopr::regoperator), ',' order by a.amopstrategy, a.amopopr::regoperator::text) from pg_amop a
					where a.amopfamily = f.oid),
				(select string_agg(format('%s %s', a.amprocnum, a.amproc::regprocedure), ',' order by a.amprocnum, a.amproc::regprocedure::text) from pg_amproc a
					where a.amprocfamily = f.oid))
			from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace join pg_am m on m.oid = f.opfmethod
			where $namespaces and $noextension(pg_opfamily, f)""";

	private static final String CASTS = """
			select 'cast', format_type(k.castsource, null) || ' -> ' || format_type(k.casttarget, null),
				concat_ws('|', nullif(k.castfunc, 0)::regprocedure, k.castcontext, k.castmethod)
			from pg_cast k where k.oid >= 16384 and $noextension(pg_cast, k)""";

	private static final String COLLATIONS = """
			select 'collation', format('%I.%I', n.nspname, o.collname), concat_ws('|', o.collprovider,
				o.collisdeterministic, to_jsonb(o) ->> 'collcollate', to_jsonb(o) ->> 'collctype',
				coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale'), to_jsonb(o) ->> 'collicurules',
				pg_get_userbyid(o.collowner))
			from pg_collation o join pg_namespace n on n.oid = o.collnamespace
			where $namespaces and $noextension(pg_collation, o)
			union all
			select 'conversion', format('%I.%I', n.nspname, o.conname), concat_ws('|', o.conforencoding, o.contoencoding,
				o.conproc, o.condefault)
			from pg_conversion o join pg_namespace n on n.oid = o.connamespace
			where $namespaces and $noextension(pg_conversion, o)""";

	private static final String TEXT_SEARCH = """
			select 'tsconfig', format('%I.%I', n.nspname, o.cfgname), concat_ws('|', pp.prsname,
				pg_get_userbyid(o.cfgowner), (select string_agg(m.maptokentype || ':' || m.mapseqno || ':'
					|| m.mapdict::regdictionary, ',' order by m.maptokentype, m.mapseqno) from pg_ts_config_map m
					where m.mapcfg = o.oid))
			from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace
			join pg_ts_parser pp on pp.oid = o.cfgparser
			where $namespaces and $noextension(pg_ts_config, o)
			union all
			select 'tsdictionary', format('%I.%I', n.nspname, o.dictname), concat_ws('|', t.tmplname, o.dictinitoption,
				pg_get_userbyid(o.dictowner))
			from pg_ts_dict o join pg_namespace n on n.oid = o.dictnamespace join pg_ts_template t on t.oid = o.dicttemplate
			where $namespaces and $noextension(pg_ts_dict, o)""";

	private static final String FOREIGN = """
			select 'wrapper', w.fdwname, concat_ws('|', nullif(w.fdwhandler, 0)::regproc, nullif(w.fdwvalidator, 0)::regproc,
				array_to_string(w.fdwoptions, ','), pg_get_userbyid(w.fdwowner), $acl(w.fdwacl, w.fdwowner, 'F'))
			from pg_foreign_data_wrapper w where $noextension(pg_foreign_data_wrapper, w)
			union all
			select 'server', s.srvname, concat_ws('|', w.fdwname, s.srvtype, s.srvversion,
				array_to_string(s.srvoptions, ','), pg_get_userbyid(s.srvowner), $acl(s.srvacl, s.srvowner, 'S'))
			from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw
			union all
			select 'foreigntable', f.ftrelid::regclass::text, concat_ws('|', s.srvname, array_to_string(f.ftoptions, ','))
			from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver
			union all
			select 'usermapping', u.srvname || '/' || u.usename, md5(array_to_string(u.umoptions, ',')) from pg_user_mappings u""";

	private static final String LANGUAGES = """
			select 'language', l.lanname, concat_ws('|', l.lanpltrusted, pg_get_userbyid(l.lanowner))
			from pg_language l where l.oid >= 16384 and $noextension(pg_language, l)
			union all
			select 'transform', format_type(t.trftype, null), l.lanname from pg_transform t
			join pg_language l on l.oid = t.trflang where $noextension(pg_transform, t)
			union all
			select 'accessmethod', a.amname, a.amhandler::text from pg_am a where a.oid >= 16384 and $noextension(pg_am, a)""";

}
