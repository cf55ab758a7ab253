package dev.backout.playbook;

/**
 * A playbook as somebody wrote it.
 *
 * @param name the file's name
 */
public record PlaybookFile(String name, byte[] content) {
}
