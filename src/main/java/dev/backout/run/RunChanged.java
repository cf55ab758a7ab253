package dev.backout.run;

/**
 * Something about the run is new to look at. Published on every node after the change has
 * been committed; carries nothing else, so read again.
 */
public record RunChanged(RunId run) {
}
