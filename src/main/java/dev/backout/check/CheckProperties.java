package dev.backout.check;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where check suites are.
 *
 * @param directory with a YAML file per suite; empty for those of the demo, if it runs
 */
@ConfigurationProperties("backout.checks")
record CheckProperties(@Nullable String directory) {
}
