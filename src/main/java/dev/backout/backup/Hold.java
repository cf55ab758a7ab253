package dev.backout.backup;

import java.time.Instant;

/**
 * A legal hold: nobody may delete the backup, whatever its time.
 *
 * @param actor who placed it
 * @param since from when on
 * @param reason why
 */
public record Hold(String actor, Instant since, String reason) {
}
