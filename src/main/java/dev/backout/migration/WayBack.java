package dev.backout.migration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.backout.migration.Effect.Kind;

/**
 * Holds a rollback that somebody wrote against what it is to undo. It replaces every
 * inverse that Liquibase could derive, so whatever it forgets stays behind.
 */
final class WayBack {

	private static final Pattern SET_COLUMN = Pattern.compile("(?:\\bset|,)\\s+(\"[^\"]+\"|[\\w$]+)\\s*=");

	private static final Pattern OWNED = Pattern.compile("\\bowned by ([\\w$.\"]+)\\.[\\w$\"]+");

	private static final Pattern TYPE = Pattern
		.compile("\\btype ([a-z ]+?) ?(?:\\((\\d+)(?:, ?(\\d+))?\\))?(?: using.*)?$", Pattern.DOTALL);

	private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint", "numeric");

	private final List<Effect> forward;

	private final List<Effect> back;

	private final Set<String> defined;

	private final Set<String> createdTables = new HashSet<>();

	private final List<Reason> reasons = new ArrayList<>();

	WayBack(List<Effect> forward, List<Effect> back, Set<String> defined) {
		this.forward = forward;
		this.back = back;
		this.defined = defined;
	}

	List<Reason> reasons() {
		if (this.back.stream().allMatch((effect) -> effect.kind() == Kind.HARMLESS) && this.forward.stream()
			.anyMatch((effect) -> effect.kind() != Kind.HARMLESS && effect.kind() != Kind.HOST)) {
			return List.of(Reason.certain("no-op-rollback", Verdict.LOSSY,
					"The rollback does nothing: '%s' stays, and the next update runs it again"
						.formatted(this.forward.get(0).sql())));
		}
		this.back.stream()
			.filter((effect) -> effect.kind() == Kind.HOST)
			.forEach((effect) -> add(Reason.certain("server-host", Verdict.IRREVERSIBLE,
					"The rollback reaches the host: " + effect.sql())));
		for (var effect : this.forward) {
			if (effect.kind() == Kind.CREATE_TABLE) {
				this.createdTables.add(effect.on());
			}
			if (!goesWithItsTable(effect) && !goesWithItsOwner(effect) && !callsOurs(effect)) {
				check(effect);
			}
		}
		return this.reasons.stream().distinct().toList();
	}

	private boolean goesWithItsTable(Effect effect) {
		return this.createdTables.contains(effect.on()) && effect.kind() != Kind.CREATE_TABLE
				&& back((other) -> other.kind() == Kind.DROP_TABLE && same(other.on(), effect.on()));
	}

	/** A sequence that belongs to a column is dropped with its table. */
	private boolean goesWithItsOwner(Effect effect) {
		return effect.kind().about.equals("sequence") && effect.kind() != Kind.DROP_SEQUENCE
				&& this.forward.stream()
					.filter((other) -> other.kind() == Kind.ALTER_SEQUENCE && same(other.on(), effect.on()))
					.map((other) -> OWNED.matcher(other.text()))
					.filter(Matcher::find)
					.map((owned) -> owned.group(1))
					.anyMatch((table) -> back((other) -> other.kind() == Kind.DROP_TABLE && same(other.on(), table)));
	}

	/** Protection's own functions bring back everything. */
	private boolean callsOurs(Effect effect) {
		if (!effect.text().contains("backout.")) {
			return false;
		}
		var ours = back((other) -> other.text().contains("backout."));
		if (ours) {
			add(Reason.certain("kept-explicitly", Verdict.REVERSIBLE_WITH_STASH,
					"What is lost is kept and put back, as the changeset asks"));
		}
		return ours;
	}

	private void check(Effect effect) {
		switch (effect.kind()) {
			case DROP_COLUMN, DROP_TABLE -> destroys(effect);
			case CHANGE_TYPE -> type(effect);
			case INSERT -> inserted(effect);
			case UPDATE -> updated(effect);
			case DELETE, MERGE -> rows(effect);
			case TRUNCATE -> add(Reason.certain("truncate", Verdict.LOSSY,
					"The rows of %s do not come back: a rollback cannot know them".formatted(effect.on())));
			case REPLACE_VIEW, REPLACE_ROUTINE -> replaced(effect);
			case DROP_SEQUENCE -> sequence(effect);
			case ADD_ENUM_VALUE -> enumLabel(effect);
			case RENAME -> needs(effect, "renamed", (other) -> other.kind() == Kind.RENAME);
			case COMMENT -> needs(effect, "comment", (other) -> other.kind() == Kind.COMMENT);
			case ALTER_SEQUENCE, ALTER, CREATE,
					DROP ->
				needs(effect, "left-behind",
						(other) -> Set.of(Kind.ALTER, Kind.CREATE, Kind.DROP, Kind.ALTER_SEQUENCE, Kind.DROP_SEQUENCE)
							.contains(other.kind()));
			case PROCEDURE, UNKNOWN -> add(Reason.possible("not-understood", Verdict.LOSSY,
					"What '%s' does cannot be seen from its text: prove it".formatted(effect.sql())));
			case HARMLESS, HOST -> {
			}
			default -> pairs(effect);
		}
	}

	/** What is created must be dropped, and what is dropped created. */
	private void pairs(Effect effect) {
		var found = back((other) -> other.kind().about.equals(effect.kind().about)
				&& other.kind().creates() != effect.kind().creates() && sameObject(effect, other));
		var created = effect.kind().creates();
		if (found || (created && containerGoes(effect)) || resetsDefault(effect)) {
			return;
		}
		add(Reason.certain(created ? "left-behind" : "not-restored", Verdict.LOSSY,
				created ? "The rollback never removes %s %s: it stays, and the changeset cannot be applied again"
					.formatted(effect.kind().about, effect.object())
						: "The rollback never brings back %s %s".formatted(effect.kind().about, effect.object())));
	}

	private boolean resetsDefault(Effect effect) {
		return effect.kind().about.equals("default")
				&& back((other) -> other.kind().about.equals("default") && sameObject(effect, other));
	}

	private boolean containerGoes(Effect effect) {
		return back((other) -> (other.kind() == Kind.DROP_TABLE && same(other.on(), effect.on()))
				|| (other.kind() == Kind.DROP_SCHEMA)
				|| (other.kind() == Kind.DROP_COLUMN && same(other.on(), effect.on())
						&& effect.kind() != Kind.ADD_COLUMN)
				|| (other.kind() == Kind.DROP_ROUTINE && effect.kind() == Kind.CREATE_TRIGGER
						&& other.text().contains("cascade")));
	}

	private void destroys(Effect effect) {
		var column = effect.kind() == Kind.DROP_COLUMN;
		var comesBack = back(
				(other) -> other.kind() == (column ? Kind.ADD_COLUMN : Kind.CREATE_TABLE) && sameObject(effect, other));
		var thing = (column ? "column " : "table ") + effect.object();
		if (comesBack && back((other) -> fills(other, effect))) {
			add(Reason.possible(column ? "drop-column" : "drop-table", Verdict.LOSSY,
					"The rollback makes %s again and fills it with what its author knew: prove it, or leave the rollback out and its %s are kept"
						.formatted(thing, column ? "values" : "rows")));
			return;
		}
		add(Reason.certain(column ? "drop-column" : "drop-table", Verdict.LOSSY,
				comesBack
						? "The rollback makes %s again, but empty: leave the rollback out and its %s are kept"
							.formatted(thing, column ? "values" : "rows")
						: "The rollback never brings back %s".formatted(thing)));
	}

	private static boolean fills(Effect back, Effect destroyed) {
		if (!same(back.on(), destroyed.on())) {
			return false;
		}
		return (destroyed.kind() == Kind.DROP_TABLE) ? back.kind() == Kind.INSERT
				: (back.kind() == Kind.UPDATE || back.kind() == Kind.MERGE) && SET_COLUMN.matcher(back.text())
					.results()
					.anyMatch((set) -> set.group(1).equals(destroyed.name()));
	}

	private void type(Effect effect) {
		var former = this.back.stream()
			.filter((other) -> other.kind() == Kind.CHANGE_TYPE && sameObject(effect, other))
			.findFirst();
		if (former.isEmpty()) {
			add(Reason.certain("type-stays", Verdict.LOSSY,
					"The rollback never gives column %s its former type".formatted(effect.object())));
		}
		else if (widens(former.get().text(), effect.text())) {
			add(Reason.note("values-since",
					"Reverting is refused, or cuts, if column %s got values that the former type cannot hold"
						.formatted(effect.object())));
		}
		else {
			add(Reason.possible("type-change", Verdict.LOSSY,
					"Values of %s may be cut or rounded by the new type: the former type does not bring them back"
						.formatted(effect.object())));
		}
	}

	/** Whether every value of the former type fits the new one unchanged. */
	private static boolean widens(String former, String now) {
		var from = TYPE.matcher(former);
		var to = TYPE.matcher(now);
		if (!from.find() || !to.find()) {
			return false;
		}
		var narrow = alias(from.group(1));
		var wide = alias(to.group(1));
		if (INTEGERS.contains(narrow) && INTEGERS.contains(wide) && !narrow.equals("numeric")) {
			return INTEGERS.indexOf(wide) >= INTEGERS.indexOf(narrow) && to.group(2) == null;
		}
		if (wide.equals("text")) {
			return narrow.equals("varchar") || narrow.equals("text");
		}
		if (!narrow.equals(wide)) {
			return false;
		}
		return number(to.group(2)) - number(to.group(3)) >= number(from.group(2)) - number(from.group(3))
				&& number(to.group(3)) >= number(from.group(3));
	}

	private static long number(@Nullable String digits) {
		return (digits != null) ? Long.parseLong(digits) : 0;
	}

	private static String alias(String type) {
		return switch (type.strip()) {
			case "int", "int4" -> "integer";
			case "int8" -> "bigint";
			case "int2" -> "smallint";
			case "decimal" -> "numeric";
			case "character varying" -> "varchar";
			default -> type.strip();
		};
	}

	private void inserted(Effect effect) {
		var deletes = this.back.stream()
			.filter((other) -> (other.kind() == Kind.DELETE || other.kind() == Kind.TRUNCATE)
					&& same(other.on(), effect.on()))
			.toList();
		if (deletes.isEmpty()) {
			add(Reason.certain("rows-stay", Verdict.LOSSY,
					"The rollback never deletes the rows inserted into %s: they stay, and come twice"
						.formatted(effect.on())));
		}
		else if (deletes.stream().anyMatch((other) -> !other.text().contains(" where "))) {
			add(Reason.possible("deletes-all", Verdict.LOSSY,
					"The rollback deletes all rows of %s, also those that were there before".formatted(effect.on())));
		}
	}

	private void updated(Effect effect) {
		var added = this.forward.stream()
			.filter((other) -> other.kind() == Kind.ADD_COLUMN && same(other.on(), effect.on()))
			.map(Effect::name)
			.toList();
		var set = SET_COLUMN.matcher(effect.text().split(" where ", 2)[0])
			.results()
			.map((found) -> found.group(1))
			.toList();
		if (!set.isEmpty() && added.containsAll(set)) {
			return;
		}
		rows(effect);
	}

	private void rows(Effect effect) {
		var found = back((other) -> other.kind().rows() && same(other.on(), effect.on()));
		add(found ? Reason.possible("rows-changed", Verdict.LOSSY,
				"The rollback can only put back what its author knew about the rows of %s: prove it, or leave it out and the former rows are kept"
					.formatted(effect.on()))
				: Reason.certain("rows-changed", Verdict.LOSSY,
						"The rollback never puts back the former rows of %s".formatted(effect.on())));
	}

	private void replaced(Effect effect) {
		var about = effect.kind().about;
		var again = back(
				(other) -> other.kind().about.equals(about) && !other.kind().drops() && same(other.on(), effect.on()));
		var drops = back(
				(other) -> other.kind().about.equals(about) && other.kind().drops() && same(other.on(), effect.on()));
		var before = this.defined.contains(about + " " + effect.on());
		if (!again && before) {
			add(Reason.certain("former-definition", Verdict.LOSSY,
					"An earlier changeset defined %s: the rollback does not bring that definition back"
						.formatted(effect.on())));
		}
		else if (!again && !drops) {
			add(Reason.certain("left-behind", Verdict.LOSSY,
					"The rollback leaves %s as it is now".formatted(effect.on())));
		}
	}

	private void sequence(Effect effect) {
		pairs(effect);
		add(Reason.possible("sequence-position", Verdict.LOSSY,
				"Sequence %s starts anew after the rollback: numbers may be given twice".formatted(effect.on())));
	}

	private void enumLabel(Effect effect) {
		if (!back((other) -> other.kind() == Kind.DROP_TYPE || other.kind() == Kind.RENAME)) {
			add(Reason.certain("enum-label", Verdict.LOSSY,
					"The label stays in enum %s: it cannot be taken out, only the type built anew"
						.formatted(effect.on())));
		}
	}

	private void needs(Effect effect, String code, java.util.function.Predicate<Effect> undoes) {
		if (!back(undoes) && !containerGoes(effect)) {
			add(Reason.certain(code, Verdict.LOSSY, "The rollback does not undo '%s'".formatted(effect.sql())));
		}
	}

	private boolean back(java.util.function.Predicate<Effect> condition) {
		return this.back.stream().anyMatch(condition);
	}

	/** An object without a name of its own is taken to be the one on its table. */
	private static boolean sameObject(Effect one, Effect other) {
		if (unnamedIndex(one) || unnamedIndex(other)) {
			var table = unnamedIndex(one) ? one : other;
			var index = unnamedIndex(one) ? other : one;
			return last(index.on()).startsWith(last(table.on()) + "_");
		}
		if (one.kind().about.equals("index") || one.kind().about.equals("trigger")) {
			var left = one.name().isEmpty() ? one.on() : one.name();
			return same(left, other.name().isEmpty() ? other.on() : other.name());
		}
		return same(one.on(), other.on())
				&& (one.name().isEmpty() || other.name().isEmpty() || same(one.name(), other.name()));
	}

	/** The server names it, by table and columns: {@code emp_name_idx}. */
	private static boolean unnamedIndex(Effect effect) {
		return effect.kind() == Kind.CREATE_INDEX && effect.name().isEmpty();
	}

	private static boolean same(String one, String other) {
		return last(one).equals(last(other));
	}

	private static String last(String name) {
		return name.substring(name.lastIndexOf('.') + 1);
	}

	private void add(Reason reason) {
		this.reasons.add(reason);
	}

}
