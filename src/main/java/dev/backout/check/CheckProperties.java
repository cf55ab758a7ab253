package dev.backout.check;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where check suites are besides the catalogue.
 *
 * @param directory with a YAML file per suite, beside those of the catalogue
 */
@ConfigurationProperties("backout.checks")
record CheckProperties(@Nullable String directory) {
}
