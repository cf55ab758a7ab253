package dev.backout.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backout.migration.Effect.Kind;

/**
 * Reads from plain SQL what it does to a database, without running it.
 * <p>
 * Long because PostgreSQL has many statements: the two tables of patterns are tried from
 * the top, the first that fits counts. What fits nowhere is unknown, never harmless.
 */
final class EffectReader {

	private static final String NAME = "((?:\"[^\"]+\"|[\\w$]+)(?:\\.(?:\"[^\"]+\"|[\\w$]+))?)";

	private static final String SHORT = "ACCESS EXCLUSIVE, short";

	private static final String SCAN = "ACCESS EXCLUSIVE while the table is read";

	private static final String REWRITE = "ACCESS EXCLUSIVE while the table is rewritten";

	private static final String SHARE_ROW = "SHARE ROW EXCLUSIVE";

	private static final Pattern HOST = Pattern.compile(
			"^copy\\b.*\\bprogram ''|^copy\\b.*\\b(from|to) ''|\\b(pg_read_file|pg_read_binary_file|pg_ls_dir|pg_stat_file|lo_import|lo_export|pg_execute_server_program|dblink|dblink_connect|dblink_exec|pg_file_write)\\s*\\(|^create (trusted )?(procedural )?language|^create (or replace )?(function|procedure)\\b.*\\blanguage (c|internal|plperlu|plpython3?u|pltclu)\\b|^alter system|^load ''");

	/** The same, in the body of a routine or a DO block. */
	private static final Pattern HOST_INSIDE = Pattern.compile(
			"\\bcopy\\b[^;]{0,400}?\\b(?:to|from)\\s+(?:program\\s+)?'|\\b(?:pg_read_file|pg_read_binary_file|pg_ls_dir|lo_import|lo_export|dblink|dblink_connect|dblink_exec|pg_file_write)\\s*\\(|\\balter\\s+system\\b",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern WITH_BODY = Pattern
		.compile("^(?:do|create (?:or replace )?(?:function|procedure))\\b");

	private static final List<Rule> STATEMENTS = List.of(
			rule("^create (?:(?:global |local )?temp(?:orary)? |unlogged )?table (?:if not exists )?" + NAME,
					Kind.CREATE_TABLE, ""),
			rule("^select .* into (?:table )?" + NAME + " from", Kind.CREATE_TABLE, ""),
			rule("^truncate (?:table )?(?:only )?" + NAME, Kind.TRUNCATE, SHORT),
			rule("^create (?:unique )?index concurrently (?:if not exists )?(?:" + NAME + " )?on (?:only )?" + NAME,
					Kind.CREATE_INDEX, "SHARE UPDATE EXCLUSIVE, writes go on"),
			rule("^create (?:unique )?index (?:if not exists )?(?:" + NAME + " )?on (?:only )?" + NAME,
					Kind.CREATE_INDEX, "SHARE while the index is built: writes wait"),
			rule("^drop index concurrently (?:if exists )?" + NAME, Kind.DROP_INDEX, "SHARE UPDATE EXCLUSIVE"),
			rule("^create or replace (?:temp(?:orary)? )?(?:recursive )?view " + NAME, Kind.REPLACE_VIEW, SHORT),
			rule("^create (?:temp(?:orary)? )?(?:recursive )?view " + NAME, Kind.CREATE_VIEW, ""),
			rule("^create materialized view (?:if not exists )?" + NAME, Kind.CREATE_VIEW, ""),
			rule("^drop (?:materialized )?view (?:if exists )?" + NAME, Kind.DROP_VIEW, SHORT),
			rule("^create or replace (?:function|procedure|aggregate) " + NAME, Kind.REPLACE_ROUTINE, ""),
			rule("^create (?:function|procedure|aggregate) " + NAME, Kind.CREATE_ROUTINE, ""),
			rule("^drop (?:function|procedure|aggregate|routine) (?:if exists )?" + NAME, Kind.DROP_ROUTINE, ""),
			rule("^create (?:or replace )?(?:constraint )?trigger " + NAME + ".*? on " + NAME, Kind.CREATE_TRIGGER,
					SHARE_ROW),
			rule("^drop trigger (?:if exists )?" + NAME + " on " + NAME, Kind.DROP_TRIGGER, SHORT),
			rule("^create (?:temp(?:orary)? )?sequence (?:if not exists )?" + NAME, Kind.CREATE_SEQUENCE, ""),
			rule("^alter sequence (?:if exists )?" + NAME + " rename", Kind.RENAME, ""),
			rule("^alter sequence (?:if exists )?" + NAME, Kind.ALTER_SEQUENCE, SHARE_ROW),
			rule("^select (?:pg_catalog\\.)?setval", Kind.ALTER_SEQUENCE, ""),
			rule("^drop sequence (?:if exists )?" + NAME, Kind.DROP_SEQUENCE, SHORT),
			rule("^alter type " + NAME + " add value", Kind.ADD_ENUM_VALUE, ""),
			rule("^create (?:type|domain) " + NAME, Kind.CREATE_TYPE, ""),
			rule("^drop (?:type|domain) (?:if exists )?" + NAME, Kind.DROP_TYPE, ""),
			rule("^create schema (?:if not exists )?(?:authorization )?" + NAME, Kind.CREATE_SCHEMA, ""),
			rule("^drop schema (?:if exists )?" + NAME, Kind.DROP_SCHEMA, SHORT),
			rule("^(?:with .*? ?)?insert into " + NAME, Kind.INSERT, "ROW EXCLUSIVE"),
			rule("^copy " + NAME + "(?: ?\\(.*?\\))? from stdin", Kind.INSERT, "ROW EXCLUSIVE"),
			rule("^(?:with .*? ?)?update (?:only )?" + NAME, Kind.UPDATE, "ROW EXCLUSIVE"),
			rule("^(?:with .*? ?)?delete from (?:only )?" + NAME, Kind.DELETE, "ROW EXCLUSIVE"),
			rule("^(?:with .*? ?)?merge into (?:only )?" + NAME, Kind.MERGE, "ROW EXCLUSIVE"),
			rule("^comment on (?:[a-z ]+?) " + NAME, Kind.COMMENT, "SHARE UPDATE EXCLUSIVE"),
			rule("^grant .* on (?:all )?(?:[a-z]+ (?:in schema )?)??" + NAME + " to ", Kind.GRANT, ""),
			rule("^revoke .* on (?:all )?(?:[a-z]+ (?:in schema )?)??" + NAME + " from ", Kind.REVOKE, ""),
			rule("^grant", Kind.GRANT, ""), rule("^revoke", Kind.REVOKE, ""),
			rule("^alter (?:view|materialized view|function|procedure|type|domain|index|schema|trigger) (?:if exists )?"
					+ NAME + ".* rename ", Kind.RENAME, ""),
			rule("^(?:begin|start transaction|end|commit|rollback|abort|prepare transaction)\\b", Kind.HARMLESS, ""),
			rule("^(?:do|call)\\b", Kind.PROCEDURE, "unknown: procedural code"),
			rule("^(?:select|with|values)\\b.*\\(", Kind.PROCEDURE, "unknown: calls functions"),
			rule("^(?:select|table|values|set|reset|show|analyze|vacuum|lock|checkpoint|explain|notify|discard|refresh materialized)\\b",
					Kind.HARMLESS, ""),
			rule("^(?:cluster|reindex)\\b(?: table)?(?: " + NAME + ")?", Kind.HARMLESS, REWRITE),
			rule("^create extension (?:if not exists )?" + NAME, Kind.CREATE, ""),
			rule("^create (?:or replace )?(?:rule|policy|statistics|publication|role|user|cast|collation|aggregate|operator|server|foreign table|event trigger|text search \\w+)\\b(?: if not exists)? ?"
					+ NAME, Kind.CREATE, SHORT),
			rule("^drop (?:rule|policy|statistics|publication|role|user|extension|cast|collation|operator|server|foreign table|event trigger|owned by|text search \\w+)\\b(?: if exists)? ?"
					+ NAME, Kind.DROP, SHORT),
			rule("^alter [a-z ]+? " + NAME, Kind.ALTER, SHORT));

	private static final List<Rule> ACTIONS = List.of(
			rule("^add (?:constraint " + NAME + " )?foreign key.*not valid", Kind.ADD_CONSTRAINT,
					SHARE_ROW + ", short"),
			rule("^add (?:constraint " + NAME + " )?foreign key", Kind.ADD_CONSTRAINT,
					SHARE_ROW + " on both tables while they are read"),
			rule("^add (?:constraint " + NAME + " )?(?:unique|primary key) using index", Kind.ADD_CONSTRAINT, SHORT),
			rule("^add (?:constraint " + NAME + " )?(?:unique|primary key|exclude)", Kind.ADD_CONSTRAINT,
					"ACCESS EXCLUSIVE while the index is built"),
			rule("^add (?:constraint " + NAME + " )?check.*not valid", Kind.ADD_CONSTRAINT, SHORT),
			rule("^add (?:constraint " + NAME + " )?check", Kind.ADD_CONSTRAINT, SCAN),
			rule("^drop constraint (?:if exists )?" + NAME, Kind.DROP_CONSTRAINT, SHORT),
			rule("^drop primary key", Kind.DROP_CONSTRAINT, SHORT),
			rule("^rename constraint " + NAME, Kind.RENAME, SHORT),
			rule("^rename (?:to|column) " + NAME, Kind.RENAME, SHORT), rule("^rename " + NAME, Kind.RENAME, SHORT),
			rule("^set schema " + NAME, Kind.RENAME, SHORT),
			rule("^alter (?:column )?" + NAME + " (?:set data )?type", Kind.CHANGE_TYPE, REWRITE),
			rule("^alter (?:column )?" + NAME + " set not null", Kind.SET_NOT_NULL, SCAN),
			rule("^alter (?:column )?" + NAME + " drop not null", Kind.DROP_NOT_NULL, SHORT),
			rule("^alter (?:column )?" + NAME + " (?:set default|add generated)", Kind.SET_DEFAULT, SHORT),
			rule("^alter (?:column )?" + NAME + " drop (?:default|identity|expression)", Kind.DROP_DEFAULT, SHORT),
			rule("^alter (?:column )?" + NAME, Kind.ALTER, SHORT),
			rule("^drop (?:column )?(?:if exists )?" + NAME, Kind.DROP_COLUMN, SHORT),
			rule("^add (?:column )?(?:if not exists )?" + NAME
					+ " .*(?:default [^,]*(?:nextval|clock_timestamp|random|gen_random_uuid|uuid_generate\\w*)\\s*\\(|generated always as \\(|\\b(?:big|small)?serial\\b|generated (?:always|by default) as identity)",
					Kind.ADD_COLUMN, REWRITE),
			rule("^add (?:column )?(?:if not exists )?" + NAME, Kind.ADD_COLUMN, SHORT),
			rule("^validate constraint " + NAME, Kind.HARMLESS, "SHARE UPDATE EXCLUSIVE while the table is read"),
			rule("^(?:attach|detach) partition", Kind.ALTER, "SHARE UPDATE EXCLUSIVE"),
			rule("^set (?:logged|unlogged|tablespace)", Kind.ALTER, REWRITE), rule("^", Kind.ALTER, SHORT));

	private static final Pattern ALTER_TABLE = Pattern
		.compile("^alter (?:foreign )?table (?:if exists )?(?:only )?" + NAME + " (.*)$", Pattern.DOTALL);

	/** Of any number of them. */
	private static final Pattern DROP_RELATIONS = Pattern
		.compile("^drop (table|index) (?!concurrently )(?:if exists )?(.*?)(?: cascade| restrict)?$", Pattern.DOTALL);

	private EffectReader() {
	}

	/** What these statements do, in their order. */
	static List<Effect> read(String sql) {
		var effects = new ArrayList<Effect>();
		for (var one : StatementText.split(sql)) {
			var statement = one.plain();
			if (HOST.matcher(statement).find()
					|| (WITH_BODY.matcher(statement).find() && HOST_INSIDE.matcher(one.text()).find())) {
				effects.add(new Effect(Kind.HOST, "", "", "", false, statement, StatementText.head(statement)));
			}
			else {
				effects.addAll(statement(statement));
			}
		}
		return effects;
	}

	private static List<Effect> statement(String statement) {
		var alter = ALTER_TABLE.matcher(statement);
		if (alter.matches()) {
			var table = plain(alter.group(1));
			return StatementText.parts(alter.group(2))
				.stream()
				.map((action) -> action(table, action, statement))
				.toList();
		}
		var drop = DROP_RELATIONS.matcher(statement);
		if (drop.matches()) {
			var kind = drop.group(1).equals("table") ? Kind.DROP_TABLE : Kind.DROP_INDEX;
			return StatementText.parts(drop.group(2))
				.stream()
				.map((name) -> new Effect(kind, plain(name), "", SHORT, false, statement,
						StatementText.head(statement)))
				.toList();
		}
		for (var rule : STATEMENTS) {
			var match = rule.pattern.matcher(statement);
			if (match.find()) {
				return List.of(rule.effect(match, "", statement, statement));
			}
		}
		return List.of(new Effect(Kind.UNKNOWN, "", "", "unknown", false, statement, StatementText.head(statement)));
	}

	private static Effect action(String table, String action, String statement) {
		for (var rule : ACTIONS) {
			var match = rule.pattern.matcher(action);
			if (match.find()) {
				return rule.effect(match, table, action, statement);
			}
		}
		throw new IllegalStateException("The last rule fits everything");
	}

	private static String plain(String name) {
		return name.startsWith("public.") ? name.substring("public.".length()) : name;
	}

	private static Rule rule(String pattern, Kind kind, String lock) {
		return new Rule(Pattern.compile(pattern, Pattern.DOTALL), kind, lock);
	}

	private record Rule(Pattern pattern, Kind kind, String lock) {

		Effect effect(Matcher match, String table, String text, String statement) {
			var first = group(match, 1);
			var second = group(match, 2);
			var on = !table.isEmpty() ? table : second.isEmpty() ? first : second;
			var name = !table.isEmpty() ? first : second.isEmpty() ? "" : first;
			return new Effect(this.kind, on, name, this.lock, this.lock.equals(REWRITE), text,
					StatementText.head(statement));
		}

		private static String group(Matcher match, int index) {
			return (match.groupCount() >= index && match.group(index) != null) ? plain(match.group(index)) : "";
		}

	}

}
