package dev.backout.flag;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import dev.backout.kernel.Digests;

/**
 * Who gets a flag that is on for some. Everybody has one place per flag, between 0 and
 * 100: it stays when the percentage changes, so a ramp only ever adds people, and differs
 * from flag to flag.
 */
final class Buckets {

	private static final int PLACES = 10_000;

	private Buckets() {
	}

	static boolean includes(String flag, String targetingKey, int percentage) {
		var digest = Digests.sha256().digest((flag + '\0' + targetingKey).getBytes(StandardCharsets.UTF_8));
		var place = Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), PLACES);
		return place < percentage * (PLACES / 100L);
	}

}
