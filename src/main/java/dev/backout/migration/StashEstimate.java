package dev.backout.migration;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.backout.database.ServerRoom.Free;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes on the server's disk it takes to keep, or to give back, what changesets
 * destroy. Estimated from the sizes of tables and their statistics.
 *
 * @param needs what is copied, in the order of the changesets
 * @param free what is free where it goes; missing where nobody but the server knows
 */
public record StashEstimate(List<Need> needs, @Nullable Free free) {

	/** A copy is written to the log of the server as well, part of which stays. */
	private static final double LOG = 1.1;

	private static final long MB = 1 << 20;

	public StashEstimate {
		needs = List.copyOf(needs);
	}

	/**
	 * A copy.
	 *
	 * @param changeset whose
	 * @param table of whose rows
	 * @param rows how many, as far as statistics tell
	 * @param bytes that the copy takes
	 * @param certain whether all those rows are copied; else it may be fewer, because a
	 * condition chooses them
	 */
	public record Need(ChangesetId changeset, String table, long rows, long bytes, boolean certain) {
	}

	/** What is copied whatever the rows are. */
	public long bytes() {
		return sum(true);
	}

	/** What is copied if conditions choose every row. */
	public long most() {
		return sum(true) + sum(false);
	}

	private long sum(boolean certain) {
		return this.needs.stream().filter((need) -> need.certain() == certain).mapToLong(Need::bytes).sum();
	}

	/** Whether it is known that there is too little room. */
	public boolean tooMuch() {
		return this.free != null && bytes() * LOG > this.free.bytes();
	}

	/** One sentence. */
	public String describe() {
		if (this.needs.isEmpty()) {
			return "Nothing is copied";
		}
		var tables = this.needs.stream()
			.map((need) -> String.format(Locale.ROOT, "%s of %s: about %,d rows, %s%s", need.changeset(), need.table(),
					need.rows(), need.certain() ? "" : "up to ", size(need.bytes())))
			.collect(Collectors.joining("; "));
		var sum = (most() == bytes()) ? "about " + size(bytes())
				: "about %s, up to %s".formatted(size(bytes()), size(most()));
		return "Copies take %s on the server (%s); %s".formatted(sum, tables,
				(this.free != null) ? "%s are free in %s".formatted(size(this.free.bytes()), this.free.directory())
						: "what is free there cannot be seen from here");
	}

	static String size(long bytes) {
		return (bytes < MB) ? "%d kB".formatted((bytes + 1023) >> 10) : "%d MB".formatted((bytes + MB - 1) / MB);
	}

}
