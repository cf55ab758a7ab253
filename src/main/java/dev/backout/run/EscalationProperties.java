package dev.backout.run;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long a task may wait before the next person is asked. A run keeps the times that it
 * started with.
 *
 * @param approval for approvals
 * @param decision for decisions after something was refused
 * @param message for messages that a named owner sends
 */
@Validated
@ConfigurationProperties("backout.escalation")
public record EscalationProperties(@DefaultValue("15m") Duration approval, @DefaultValue("15m") Duration decision,
		@DefaultValue("10m") Duration message) {
}
