package dev.backout.migration;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long migrations keep what they would have destroyed.
 *
 * @param keepFor until its owner is asked whether it may go; nothing goes by itself
 */
@ConfigurationProperties("backout.migration")
public record RetentionProperties(@DefaultValue("30d") Duration keepFor) {
}
