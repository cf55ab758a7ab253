package dev.backout.kernel;

/**
 * News that {@link News#tell} told. Published on every node, the telling one included,
 * after the change has been committed.
 */
public record Heard(String topic, String about) {
}
