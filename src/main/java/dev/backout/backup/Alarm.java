package dev.backout.backup;

/**
 * Something about a target's backups that somebody must look at.
 *
 * @param target name of the target
 * @param kind stable: {@code none}, {@code old}, {@code unverified}, {@code broken},
 * {@code size}, {@code slow}, {@code no-drill}, {@code no-copy}, {@code missed}
 * @param text in a sentence
 */
public record Alarm(String target, String kind, String text) {
}
