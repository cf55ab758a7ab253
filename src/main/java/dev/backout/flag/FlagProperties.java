package dev.backout.flag;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where flags are declared.
 *
 * @param directory with YAML files of flags; empty for those of the demo, if it runs
 */
@ConfigurationProperties("backout.flags")
record FlagProperties(@Nullable String directory) {
}
