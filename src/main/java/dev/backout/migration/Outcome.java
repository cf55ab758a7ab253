package dev.backout.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What an update or a reversal did.
 *
 * @param changesets committed, in order
 * @param kept what protection kept or gave back
 * @param conflicts rows that were written since and could not simply be put back: the
 * first {@link #LISTED} of them, the rest is listed with what is kept in the target
 * @param tallies how many there are of each kind
 * @param notes whatever else a person should know
 */
public record Outcome(List<ChangesetId> changesets, List<Kept> kept, List<Conflict> conflicts, List<Tally> tallies,
		List<String> notes) {

	/** So many conflicts are told at once. */
	public static final int LISTED = 100;

	public Outcome {
		changesets = List.copyOf(changesets);
		kept = List.copyOf(kept);
		conflicts = List.copyOf(conflicts);
		tallies = List.copyOf(tallies);
		notes = List.copyOf(notes);
	}

	/** How many conflicts there are in all. */
	public long conflictCount() {
		return this.tallies.stream().mapToLong(Tally::count).sum();
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
	 * @param number in the order in which they were found
	 * @param table where
	 * @param key of the row, as JSON
	 * @param what happened to it, in words
	 * @param kept value that stands now, as JSON
	 * @param undone value that was not put back, as JSON
	 */
	public record Conflict(long number, String table, String key, String what, @Nullable String kept,
			@Nullable String undone) {
	}

	/**
	 * Conflicts of one kind.
	 *
	 * @param table where
	 * @param what happened to the rows
	 * @param count how many
	 */
	public record Tally(String table, String what, long count) {
	}

}
