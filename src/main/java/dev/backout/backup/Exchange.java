package dev.backout.backup;

import java.time.Duration;

/**
 * A restored database that took the place of a target's by name.
 *
 * @param target name of the target
 * @param restored name that the database in its place now had before
 * @param former name that the replaced database has now; it takes no connections
 * @param downtime from the first refused session until the new one could be used
 */
public record Exchange(String target, String restored, String former, Duration downtime) {
}
