package dev.backout.engine;

import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How this node works on steps.
 *
 * @param enabled whether it does at all
 * @param threads how many steps at once
 * @param lock after how long without a sign of life another node takes over a step
 * @param poll how often to look for steps that no signal announced
 * @param backOff waiting times between the tries of a step; after the last comes an
 * engine incident
 * @param stop how long steps at work have, when the node stops, before they are handed
 * over
 * @param cutShort how many times a step may end without a word, as with a crash, before
 * it counts as failed
 */
@Validated
@ConfigurationProperties("backout.worker")
record WorkerProperties(@DefaultValue("true") boolean enabled, @DefaultValue("4") @Min(1) int threads,
		@DefaultValue("10s") Duration lock, @DefaultValue("500ms") Duration poll, @DefaultValue( {
				"5s", "30s", "2m" }) List<Duration> backOff,
		@DefaultValue("10s") Duration stop, @DefaultValue("5") @Min(1) int cutShort){
}
