package dev.backout.comms;

/** The status page says something else. Published after the change has been committed. */
public record StatusChanged() {
}
