package dev.backout.watch;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A trigger and where its figures come from.
 *
 * @param release the release that it watches
 * @param id of the trigger, unique in the release
 * @param title as people read it
 * @param unit of the figures
 * @param limit the largest healthy figure
 * @param consecutive how many in a row must be over the limit to fire
 * @param every time between two measurements
 * @param source where the figures come from
 */
record Watched(String release, String id, String title, String unit, double limit, int consecutive, Duration every,
		Source source) {

	/** Where figures come from. */
	sealed interface Source {

	}

	/** A query with columns {@code at} and {@code value}, newest first, or one value. */
	record Sql(String target, String query) implements Source {
	}

	/**
	 * A figure in the JSON of an address; without pointer 0 when it answers 200, else 1.
	 */
	record Http(String url, @Nullable String pointer) implements Source {
	}

	/** An instant query; of many series the worst counts. */
	record Prometheus(String url, String query) implements Source {
	}

}
