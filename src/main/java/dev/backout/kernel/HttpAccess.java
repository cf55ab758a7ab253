package dev.backout.kernel;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Backout may call out to over HTTP.
 *
 * @param allow hosts, each {@code host} for its usual ports or {@code host:port}; nothing
 * else is called, whatever a suite, a flag or a trigger says
 */
@ConfigurationProperties("backout.http")
public record HttpAccess(@DefaultValue List<String> allow) {

	public HttpAccess {
		allow = List.copyOf(allow);
	}

}
