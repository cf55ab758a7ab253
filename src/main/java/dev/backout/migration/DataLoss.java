package dev.backout.migration;

import org.jspecify.annotations.Nullable;

/**
 * What does not come back when a changeset is undone.
 *
 * @param rows how many rows; null while nobody counted them
 * @param values how many values in rows that stay; null while nobody counted them
 */
public record DataLoss(@Nullable Long rows, @Nullable Long values) {

	/** Not measured yet: only a proof counts. */
	public static final DataLoss UNKNOWN = new DataLoss(null, null);

	public static final DataLoss NONE = new DataLoss(0L, 0L);

}
