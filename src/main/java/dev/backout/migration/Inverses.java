package dev.backout.migration;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import liquibase.change.Change;
import liquibase.change.core.AddNotNullConstraintChange;
import liquibase.change.core.CreateViewChange;
import liquibase.changelog.ChangeSet;

import dev.backout.migration.Effect.Kind;
import dev.backout.migration.Rendered.Part;
import dev.backout.migration.guard.RunsCode;

/** Where the way back of a changeset comes from, and what it gives back. */
final class Inverses {

	/** What comes back without anything having been kept. */
	private static final Set<Kind> PLAIN = EnumSet.of(Kind.CREATE_TABLE, Kind.ADD_COLUMN, Kind.SET_NOT_NULL,
			Kind.ADD_CONSTRAINT, Kind.CREATE_INDEX, Kind.CREATE_VIEW, Kind.CREATE_ROUTINE, Kind.CREATE_TRIGGER,
			Kind.CREATE_SEQUENCE, Kind.CREATE_TYPE, Kind.CREATE_SCHEMA, Kind.CREATE, Kind.RENAME, Kind.HARMLESS);

	/** What else stands on them, and goes with them by CASCADE, is not kept. */
	private static final Set<Kind> CASCADING = EnumSet.of(Kind.DROP_SCHEMA, Kind.DROP_TYPE, Kind.DROP_ROUTINE,
			Kind.DROP_SEQUENCE, Kind.DROP);

	private Inverses() {
	}

	static Inverse of(ChangeSet changeset, Rendered rendered) {
		if (changeset.hasCustomRollbackChanges() && !rendered.emptyBack()) {
			return Inverse.EXPLICIT;
		}
		if (rendered.forward().isEmpty()) {
			return Inverse.NO_CHANGE;
		}
		if (!rendered.emptyBack()
				&& rendered.forward().stream().allMatch((part) -> part.invertible() && !lossyInverse(part.change()))) {
			return Inverse.AUTOMATIC;
		}
		if (rendered.forward().stream().allMatch(Inverses::covered)) {
			return Inverse.PROTECTION;
		}
		if (rendered.emptyBack()) {
			return Inverse.DECLARED_EMPTY;
		}
		return rendered.forward().stream().anyMatch(Part::invertible) ? Inverse.PARTIAL : Inverse.NONE;
	}

	static List<Reason> reasons(ChangeSet changeset, Rendered rendered, Inverse inverse, Set<String> defined) {
		var reasons = new ArrayList<>(onHost(rendered));
		switch (inverse) {
			case AUTOMATIC -> reasons.addAll(automatic(rendered));
			case PROTECTION -> reasons.addAll(kept(rendered));
			case EXPLICIT -> reasons.addAll(new WayBack(rendered.effects(), rendered.back(), defined).reasons());
			case DECLARED_EMPTY -> reasons.addAll(declaredEmpty(rendered));
			case PARTIAL, NONE -> reasons.addAll(noWay(rendered));
			case NO_CHANGE -> {
			}
		}
		return reasons;
	}

	/** Inverses that Liquibase offers but that do not bring back what was there. */
	private static boolean lossyInverse(Change change) {
		return (change instanceof CreateViewChange view && Boolean.TRUE.equals(view.getReplaceIfExists()))
				|| (change instanceof AddNotNullConstraintChange notNull && notNull.getDefaultNullValue() != null);
	}

	private static boolean covered(Part part) {
		return part.protectable() || (part.invertible() && !lossyInverse(part.change()));
	}

	private static List<Reason> onHost(Rendered rendered) {
		var reasons = new ArrayList<Reason>();
		for (var part : rendered.forward()) {
			if (part.change() instanceof RunsCode code) {
				reasons.add(code.trusted()
						? Reason.possible("runs-code", Verdict.LOSSY,
								"%s runs on this host: what it does cannot be seen from here".formatted(code.what()))
						: Reason.certain("runs-code", Verdict.IRREVERSIBLE,
								"%s would run on this host and is refused. Allow it by name if you trust it: --trust %s"
									.formatted(code.what(), code.trustedAs())));
			}
		}
		rendered.forward()
			.stream()
			.filter((part) -> !(part.change() instanceof RunsCode))
			.flatMap((part) -> part.effects().stream())
			.filter((effect) -> effect.kind() == Kind.HOST)
			.map((effect) -> Reason.certain("server-host", Verdict.IRREVERSIBLE,
					"Reaches files or programs of the database server's host, outside of any transaction: %s"
						.formatted(effect.sql())))
			.forEach(reasons::add);
		return reasons;
	}

	/** Liquibase's inverse of a new default drops it; a former one is kept. */
	private static List<Reason> automatic(Rendered rendered) {
		var reasons = new ArrayList<>(lostWithNew(rendered.effects()));
		Inspector.onOldTables(rendered.effects())
			.stream()
			.filter((effect) -> effect.kind() == Kind.SET_DEFAULT)
			.map((effect) -> Reason.certain("kept-default", Verdict.REVERSIBLE_WITH_STASH, keptText(effect)))
			.forEach(reasons::add);
		return reasons;
	}

	private static List<Reason> lostWithNew(List<Effect> effects) {
		var reasons = new ArrayList<Reason>();
		for (var effect : effects) {
			if (effect.kind() == Kind.CREATE_TABLE) {
				reasons.add(Reason.note("new-rows",
						"Reverting drops table %s with the rows written to it since".formatted(effect.on())));
			}
		}
		for (var effect : Inspector.onOldTables(effects)) {
			if (effect.kind() == Kind.ADD_COLUMN) {
				reasons.add(Reason.note("new-values",
						"Reverting drops column %s with the values written to it since".formatted(effect.object())));
			}
			else if (effect.kind() == Kind.DROP_NOT_NULL) {
				reasons.add(Reason.note("nulls-since",
						"Reverting is refused while %s holds NULLs written since".formatted(effect.object())));
			}
		}
		return reasons;
	}

	private static List<Reason> kept(Rendered rendered) {
		var reasons = new ArrayList<Reason>();
		for (var effect : rendered.effects()) {
			if (effect.kind() == Kind.PROCEDURE || effect.kind() == Kind.UNKNOWN) {
				reasons.add(Reason.possible("not-understood", Verdict.LOSSY,
						"Rows that '%s' writes are recorded and put back; whatever else it does is not: prove it"
							.formatted(effect.sql())));
			}
			else if (takesAlong(effect)) {
				reasons.add(Reason.possible("cascade", Verdict.IRREVERSIBLE,
						"What '%s' takes along is not kept: drop it in statements of its own before, or write a rollback; if nothing needs %s, a proof shows it"
							.formatted(effect.sql(), effect.object())));
				if (effect.kind() == Kind.DROP_SEQUENCE) {
					reasons.add(kept(effect));
				}
			}
			else if (!PLAIN.contains(effect.kind()) && effect.kind() != Kind.HOST) {
				reasons.add(kept(effect));
			}
		}
		reasons.addAll(lostWithNew(rendered.effects()));
		return reasons.stream().distinct().toList();
	}

	private static Reason kept(Effect effect) {
		return Reason.certain("kept-" + effect.kind().about, Verdict.REVERSIBLE_WITH_STASH, keptText(effect));
	}

	/** CASCADE is followed through views, tables and columns only. */
	private static boolean takesAlong(Effect effect) {
		return CASCADING.contains(effect.kind()) && effect.text().endsWith(" cascade");
	}

	private static String keptText(Effect effect) {
		return switch (effect.kind()) {
			case DROP_COLUMN -> "Column %s is kept with its values and put back".formatted(effect.object());
			case DROP_TABLE -> "Table %s is set aside with its rows and put back".formatted(effect.on());
			case TRUNCATE -> "The rows of %s are kept and put back".formatted(effect.on());
			case INSERT -> "Rows inserted into %s are recorded and taken out again".formatted(effect.on());
			case UPDATE, DELETE, MERGE ->
				"Former rows of %s are recorded and put back, unless somebody changed them since"
					.formatted(effect.on());
			case REPLACE_VIEW, REPLACE_ROUTINE ->
				"The former definition of %s is kept and put back".formatted(effect.on());
			case CHANGE_TYPE -> "The former values of %s are kept and put back".formatted(effect.object());
			default -> "How %s was is kept and put back (%s)".formatted(
					effect.object().isEmpty() ? "what '%s' changes".formatted(effect.sql()) : effect.object(),
					effect.kind().about);
		};
	}

	private static List<Reason> declaredEmpty(Rendered rendered) {
		return rendered.effects()
			.stream()
			.filter((effect) -> effect.kind() != Kind.HARMLESS && effect.kind() != Kind.HOST)
			.limit(1)
			.map((effect) -> Reason.certain("declared-empty", Verdict.LOSSY,
					"The rollback is declared empty: '%s' stays, and the next update runs it again"
						.formatted(effect.sql())))
			.toList();
	}

	private static List<Reason> noWay(Rendered rendered) {
		var reasons = new ArrayList<Reason>();
		for (var part : rendered.forward()) {
			if (part.change() instanceof RunsCode code) {
				reasons.add(Reason.certain("no-rollback", Verdict.IRREVERSIBLE,
						"Nothing undoes what %s does".formatted(code.what())));
			}
			else if (!covered(part)) {
				part.effects()
					.stream()
					.filter((effect) -> effect.kind() != Kind.HOST)
					.map((effect) -> noWay(part, effect))
					.forEach(reasons::add);
			}
		}
		return reasons.stream().distinct().toList();
	}

	private static Reason noWay(Part part, Effect effect) {
		if (effect.kind() == Kind.ADD_ENUM_VALUE) {
			return Reason.certain("enum-label", Verdict.IRREVERSIBLE,
					"A label cannot be taken out of enum %s again: write a rollback that builds the type anew"
						.formatted(effect.on()));
		}
		if (effect.kind() == Kind.UNKNOWN) {
			return Reason.certain("not-understood", Verdict.IRREVERSIBLE,
					"No rollback, and what it does is not understood: %s".formatted(effect.sql()));
		}
		return Reason.certain("no-rollback", Verdict.IRREVERSIBLE, "Nothing undoes '%s' (%s): write a rollback for it"
			.formatted(effect.sql(), part.change().getSerializedObjectName()));
	}

}
