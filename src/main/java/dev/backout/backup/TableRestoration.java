package dev.backout.backup;

import java.time.Duration;
import java.util.List;

/**
 * Tables of a target that were put back to a backup in place.
 *
 * @param backup its id
 * @param tables {@code schema.table}
 * @param rows in them now
 * @param took from the first lock to the commit: as long, nobody could read them
 */
public record TableRestoration(String backup, List<String> tables, long rows, Duration took) {
}
