package dev.backout.flag;

/**
 * A flag's answer for one user, in OpenFeature's words.
 *
 * @param key of the flag
 * @param value the answer
 * @param variant {@code on} or {@code off}
 * @param reason {@code STATIC}, {@code SPLIT} or {@code DISABLED}
 */
public record Evaluation(String key, boolean value, String variant, String reason) {
}
