package dev.backout.comms;

/**
 * A template with its gaps filled.
 *
 * @param subject one line
 * @param text body as plain text
 * @param html the same body as HTML, every value escaped
 */
public record Rendered(String subject, String text, String html) {
}
