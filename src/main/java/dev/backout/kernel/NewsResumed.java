package dev.backout.kernel;

/**
 * This node listens to {@link News}, for the first time or again. What was told meanwhile
 * is not known: look at everything.
 */
public record NewsResumed() {
}
