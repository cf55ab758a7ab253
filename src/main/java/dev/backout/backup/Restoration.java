package dev.backout.backup;

import java.time.Duration;

/**
 * A backup that was restored in anger and now is the target.
 *
 * @param backup its id
 * @param formerDatabase name that the old database has now; kept until released
 * @param took all of it
 * @param downtime from the first refused session to the swap's end
 */
public record Restoration(String backup, String formerDatabase, Duration took, Duration downtime) {
}
