package dev.backout.plan;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Which tables a plan changes, in rows or shape.
 *
 * @param names {@code schema.table}, quoted where a name needs it
 * @param unknown why nobody knows, in a sentence; null when the names are all
 */
public record PlanTables(List<String> names, @Nullable String unknown) {

	/** The engine keeps no longer texts as a variable. */
	private static final int LENGTH = 3_500;

	public PlanTables {
		names = List.copyOf(new TreeSet<>(names));
	}

	static PlanTables of(Collection<String> names) {
		return new PlanTables(List.copyOf(names), null);
	}

	static PlanTables unknown(String why) {
		return new PlanTables(List.of(), why);
	}

	/** For {@code backup.take}: parted by commas; empty takes the whole database. */
	String input() {
		var together = String.join(",", this.names);
		return (together.length() > LENGTH) ? "" : together;
	}

	/** What a backup before the plan has to have, in a sentence. */
	public String sentence() {
		if (this.unknown != null) {
			return "Which tables it changes is not known, so a backup takes all: " + this.unknown;
		}
		return this.names.isEmpty() ? "It changes no table" : "It changes " + String.join(", ", this.names);
	}

}
