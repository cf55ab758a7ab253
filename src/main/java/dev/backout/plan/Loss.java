package dev.backout.plan;

/**
 * Something that the rollback does not bring back.
 *
 * @param component id of the component
 * @param changeset the changeset, as {@code author:id}
 * @param what is lost, in a sentence
 */
public record Loss(String component, String changeset, String what) {
}
