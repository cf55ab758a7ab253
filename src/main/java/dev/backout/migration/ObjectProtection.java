package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.migration.Protection.Kept;
import dev.backout.migration.Protection.Ran;
import dev.backout.migration.Protection.StatementRunner;

/**
 * Runs statements about things that are no tables: types, sequences, views, functions,
 * schemas, comments and rights. What they were is read before, by the object's address
 * and not by its text, so that the way back does not depend on a search path.
 */
final class ObjectProtection {

	private static final String NONE = "null";

	private final TargetCatalog catalog;

	private final StatementRunner runner;

	ObjectProtection(TargetCatalog catalog, StatementRunner runner) {
		this.catalog = catalog;
		this.runner = runner;
	}

	/** Something new that is dropped by its name; nothing if it was there already. */
	Kept created(StatementText sql, String called) throws SQLException {
		var there = address(called);
		this.runner.run(sql.text());
		return NONE.equals(there)
				? Kept.plainly(sql.text(),
						List.of("drop " + this.catalog
							.one("select backout.called(%s::jsonb)".formatted(literal(address(called))))))
				: Kept.plainly(sql.text(), List.of());
	}

	/**
	 * @param undo an action that takes this one back, or empty to compare before and
	 * after
	 */
	Kept altered(StatementText sql, String called, String undo) throws SQLException {
		var address = address(called);
		if (NONE.equals(address)) {
			return gone(sql);
		}
		var before = this.catalog.one("select backout.before_alter(%s::jsonb)".formatted(literal(address)));
		this.runner.run(sql.text());
		if (!undo.isEmpty()) {
			return Kept.plainly(sql.text(), List.of("alter %s %s"
				.formatted(this.catalog.one("select backout.called(%s::jsonb)".formatted(literal(address))), undo)));
		}
		return Kept.plainly(sql.text(),
				this.catalog.strings("select backout.altered_back(%s::jsonb)".formatted(literal(before))));
	}

	/** A table, or what ALTER TABLE takes for one, that gets another name or schema. */
	Kept moved(StatementText sql, String table) throws SQLException {
		var before = this.catalog.one("""
				select backout.before_alter(jsonb_build_object('class', 'pg_class'::regclass::oid::bigint,
					'obj', %s::regclass::oid::bigint, 'sub', 0))""".formatted(literal(table)));
		this.runner.run(sql.text());
		return Kept.plainly(sql.text(),
				this.catalog.strings("select backout.altered_back(%s::jsonb)".formatted(literal(before))));
	}

	/**
	 * Views with what stands on them, and what else can be made again from the catalog.
	 */
	Kept dropped(StatementText sql, String kind, String stash) throws SQLException {
		var cursor = sql.cursor();
		cursor.accept("drop");
		cursor.accept(kind.split(" "));
		cursor.accept("if", "exists");
		var names = new ArrayList<String>();
		do {
			names.add(cursor.signature());
		}
		while (cursor.accept(","));
		var undo = new ArrayList<String>();
		var ran = new ArrayList<Ran>();
		var left = new ArrayList<>(names);
		for (var name : names) {
			var address = address(kind + " " + name);
			if (NONE.equals(address)) {
				continue;
			}
			var part = (names.size() == 1) ? stash : stash + "." + names.indexOf(name);
			var stepOut = "select backout.step_out(%s::jsonb, %s)".formatted(literal(address), literal(part));
			var aside = this.catalog.strings(stepOut);
			if (!aside.isEmpty()) {
				ran.add(new Ran(stepOut, false));
				undo.addAll(0, aside);
				left.remove(name);
				continue;
			}
			var back = kind.endsWith("view") ? view(name, part, sql.dropMode(), ran)
					: kind.matches("function|procedure|routine") ? routine(kind, name, part, sql, ran)
							: named(sql, address);
			if (back.isEmpty()) {
				this.runner.run(sql.text());
				return Kept.unprotected(sql.text(),
						"what '%s' takes away cannot be made again".formatted(Protection.abbreviated(sql.text())));
			}
			undo.addAll(0, back);
		}
		if (!left.isEmpty()) {
			var rest = (left.size() == names.size()) ? sql.text()
					: "drop %s if exists %s %s".formatted(kind, String.join(", ", left), sql.dropMode());
			this.runner.run(rest);
			ran.add(new Ran(rest, false));
		}
		return new Kept(ran, undo, null);
	}

	private List<String> view(String name, String stash, String mode, List<Ran> ran) throws SQLException {
		var stands = this.catalog
			.one("select backout.keep_dependents(%s::regclass, 0, %s)".formatted(literal(name), literal(mode)));
		keepDefinition("view", name, stash, ran);
		var undo = new ArrayList<String>();
		undo.add("select backout.restore_definition(%s)".formatted(literal(stash)));
		if (!"[]".equals(stands)) {
			undo.add("select backout.restore_dependents(%s::jsonb)".formatted(literal(stands)));
		}
		return undo;
	}

	/** CASCADE is followed only where it takes nothing along. */
	private List<String> routine(String kind, String name, String stash, StatementText sql, List<Ran> ran)
			throws SQLException {
		if (sql.dropMode().equals("cascade")) {
			restrictedOrNot(kind + " " + name);
		}
		var plain = StatementText.split("drop " + name).get(0).cursor();
		plain.accept("drop");
		keepDefinition("routine", plain.name().orElse(name), stash, ran);
		return List.of("select backout.restore_definition(%s)".formatted(literal(stash)));
	}

	private void keepDefinition(String kind, String name, String stash, List<Ran> ran) throws SQLException {
		var keep = "select backout.stash_definition(%s, %s, %s)".formatted(literal(kind), literal(name),
				literal(stash));
		this.runner.run(keep);
		ran.add(new Ran(keep, false));
	}

	private List<String> named(StatementText sql, String address) throws SQLException {
		if (sql.dropMode().equals("cascade")) {
			restrictedOrNot(this.catalog.one("select backout.called(%s::jsonb)".formatted(literal(address))));
		}
		var make = this.catalog.one("select backout.object_statements(%s::jsonb)".formatted(literal(address)));
		return NONE.equals(make) ? List.of() : Json.strings(make);
	}

	private void restrictedOrNot(String called) throws SQLException {
		this.catalog.one("select backout.nothing_along(%s)".formatted(literal(called)));
	}

	Kept labelled(StatementText sql, String type) throws SQLException {
		var name = this.catalog.one("select %s::regtype::text".formatted(literal(type)));
		var qualified = this.catalog.one("""
				select format('%%I.%%I', n.nspname, t.typname) from pg_catalog.pg_type t
				join pg_catalog.pg_namespace n on n.oid = t.typnamespace where t.oid = %s::regtype"""
			.formatted(literal(type)));
		var labels = this.catalog.one("select backout.enum_labels(%s)".formatted(literal(qualified)));
		var hindrance = this.catalog.one("select backout.enum_hindrance(%s)".formatted(literal(qualified)));
		this.runner.run(sql.text());
		if (!NONE.equals(hindrance)) {
			return Kept.unprotected(sql.text(),
					"a label cannot be taken out of %s while %s stands on it".formatted(name, hindrance));
		}
		var now = this.catalog.one("select backout.enum_labels(%s)".formatted(literal(qualified)));
		return Kept.plainly(sql.text(), now.equals(labels) ? List.of()
				: List.of("select backout.restore_enum(%s, %s)".formatted(literal(qualified), literal(labels))));
	}

	Kept commented(StatementText sql, String called) throws SQLException {
		var address = address(called);
		if (NONE.equals(address)) {
			return gone(sql);
		}
		var before = this.catalog.one("select backout.comment_statement(%s::jsonb)".formatted(literal(address)));
		this.runner.run(sql.text());
		return Kept.plainly(sql.text(), List.of(before));
	}

	Kept granted(StatementText sql) throws SQLException {
		var before = this.catalog.one("select backout.privileges()");
		this.runner.run(sql.text());
		return Kept.plainly(sql.text(),
				this.catalog.strings("select backout.privileges_back(%s::jsonb)".formatted(literal(before))));
	}

	Kept indexConcurrently(StatementText sql, String index, String table) throws SQLException {
		var undo = beforeIndex(index, table);
		this.runner.run(sql.text());
		return Kept.plainly(sql.text(), undo);
	}

	/** The way back of an index that is about to be built beside the work of others. */
	List<String> beforeIndex(String index, String table) throws SQLException {
		var schema = this.catalog
			.one("""
					select quote_ident(n.nspname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
					where c.oid = to_regclass(%s)"""
				.formatted(literal(table)));
		var qualified = schema + "." + index;
		return this.catalog.exists(qualified) ? List.of() : List.of("drop index concurrently " + qualified);
	}

	/**
	 * Not there, or not to be told apart: the statement itself says what it makes of it.
	 */
	private Kept gone(StatementText sql) throws SQLException {
		this.runner.run(sql.text());
		return sql.contains("if", "exists") ? Kept.plainly(sql.text(), List.of()) : Kept.unprotected(sql.text(),
				"no way back is known for '%s'".formatted(Protection.abbreviated(sql.text())));
	}

	private String address(String called) throws SQLException {
		return this.catalog.one("select backout.address_of(%s)".formatted(literal(called)));
	}

	private static String literal(String text) {
		return Protection.literal(text);
	}

}
