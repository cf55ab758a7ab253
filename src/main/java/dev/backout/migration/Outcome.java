package dev.backout.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What an update or a reversal did.
 *
 * @param changesets committed, in order
 * @param kept what protection kept or gave back
 * @param conflicts rows that were written since and could not simply be put back
 * @param notes whatever else a person should know
 */
public record Outcome(List<ChangesetId> changesets, List<Kept> kept, List<Conflict> conflicts, List<String> notes) {

	public Outcome {
		changesets = List.copyOf(changesets);
		kept = List.copyOf(kept);
		conflicts = List.copyOf(conflicts);
		notes = List.copyOf(notes);
	}

	/**
	 * Something that protection keeps, or gave back.
	 *
	 * @param stash its name
	 * @param kind {@code column}, {@code hidden}, {@code table}, {@code rows},
	 * {@code definition}
	 * @param object what it was
	 * @param rows how many rows, where rows count
	 * @param report what the way back found
	 */
	public record Kept(String stash, String kind, String object, long rows, @Nullable String report) {
	}

	/**
	 * A row that somebody wrote after the change.
	 *
	 * @param table where
	 * @param key of the row, as JSON
	 * @param what happened to it, in words
	 * @param kept value that stands now, as JSON
	 * @param undone value that was not put back, as JSON
	 */
	public record Conflict(String table, String key, String what, @Nullable String kept, @Nullable String undone) {
	}

}
