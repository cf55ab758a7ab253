package dev.backout.demo;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The demo.
 *
 * @param enabled whether there is one
 * @param rows how many rows the shop has before the bad release
 * @param announce whether the log-ins are printed at the start
 * @param traffic whether the shop goes on being used while the application runs
 */
@Validated
@ConfigurationProperties("backout.demo")
public record DemoProperties(@DefaultValue("false") boolean enabled, @DefaultValue("220000") @Min(400) int rows,
		@DefaultValue("true") boolean announce, @DefaultValue("true") boolean traffic) {
}
