package dev.backout.comms;

import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What messages and the status page say about us.
 *
 * @param directory with message templates that replace or add to the built-in ones
 * @param baseUrl where people reach the application, for links in messages
 * @param sender who writes, as the head of every message names it
 * @param zone whose wall clock messages show beside UTC
 */
@ConfigurationProperties("backout.messages")
record MessageProperties(@Nullable Path directory, @DefaultValue("http://localhost:8080") URI baseUrl,
		@DefaultValue("Backout") String sender, @DefaultValue("UTC") ZoneId zone) {

	String url(String path) {
		return this.baseUrl.toString().replaceAll("/+$", "") + path;
	}

	String unsubscribeUrl(String token) {
		return url("/status/unsubscribe?token=" + token);
	}

	/** Where mail programs end a subscription with one click. */
	String oneClickUrl(String token) {
		return url("/api/v1/status/unsubscribe?token=" + token);
	}

	/** Unlike anybody else's, as mail programs want it. */
	String messageId(UUID message) {
		return message + "@" + Objects.requireNonNullElse(this.baseUrl.getHost(), "localhost");
	}

}
