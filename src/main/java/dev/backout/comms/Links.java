package dev.backout.comms;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Signed tokens for links in messages. A token says what it is for and until when, so
 * nothing needs to be kept about addresses that never answer.
 */
@Component
class Links {

	static final String CONFIRM = "confirm";

	static final String UNSUBSCRIBE = "unsubscribe";

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

	private final JdbcClient jdbc;

	private final Clock clock;

	Links(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/**
	 * Signs a value.
	 * @param lifetime how long it works; for ever if missing
	 */
	String sign(String purpose, String value, @Nullable Duration lifetime) {
		long end = (lifetime != null) ? this.clock.instant().plus(lifetime).getEpochSecond() : 0;
		var text = purpose + "\n" + end + "\n" + value;
		return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "." + ENCODER.encodeToString(mac(text));
	}

	/** The value, if the token is ours, for this purpose, and not too old. */
	Optional<String> read(String purpose, String token) {
		try {
			var halves = token.split("\\.", 2);
			var text = new String(Base64.getUrlDecoder().decode(halves[0]), StandardCharsets.UTF_8);
			if (halves.length != 2 || !MessageDigest.isEqual(mac(text), Base64.getUrlDecoder().decode(halves[1]))) {
				return Optional.empty();
			}
			var parts = text.split("\n", 3);
			long end = Long.parseLong(parts[1]);
			var alive = end == 0 || this.clock.instant().isBefore(Instant.ofEpochSecond(end));
			return (alive && parts[0].equals(purpose)) ? Optional.of(parts[2]) : Optional.empty();
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	private byte[] mac(String text) {
		try {
			var mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret(), "HmacSHA256"));
			return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** In the database, so that every node signs alike. */
	private byte[] secret() {
		return this.jdbc.sql("select secret from backout.link_secret").query(byte[].class).optional().orElseGet(() -> {
			var fresh = new byte[32];
			new SecureRandom().nextBytes(fresh);
			this.jdbc.sql("insert into backout.link_secret (secret) values (:fresh) on conflict do nothing")
				.param("fresh", fresh)
				.update();
			return this.jdbc.sql("select secret from backout.link_secret").query(byte[].class).single();
		});
	}

}
