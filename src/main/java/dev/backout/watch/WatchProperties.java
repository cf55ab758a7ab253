package dev.backout.watch;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is watched beside the triggers of release manifests.
 *
 * @param directory with YAML files of more triggers; may be empty
 * @param staleAfter age at which the newest figure says nothing any more
 * @param timeout of one measurement
 * @param keep how long samples are kept
 */
@ConfigurationProperties("backout.watch")
record WatchProperties(@Nullable String directory, @DefaultValue("15m") Duration staleAfter,
		@DefaultValue("10s") Duration timeout, @DefaultValue("90d") Duration keep) {
}
