package dev.backout.watch;

/**
 * Published when a release becomes healthy, unhealthy or unknown; on the node that
 * measured it.
 *
 * @param health how it does now
 * @param before how it did
 */
public record HealthChanged(ReleaseHealth health, ReleaseHealth.Status before) {
}
