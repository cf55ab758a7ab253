package dev.backout.run;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Part of a person's task list, what escalates first on top.
 *
 * @param open how many wait in all, counted up to 1,000
 * @param next where the next page begins; null when this is the last
 */
public record InboxPage(List<InboxTask> tasks, int open, @Nullable String next) {

	public InboxPage {
		tasks = List.copyOf(tasks);
	}

}
