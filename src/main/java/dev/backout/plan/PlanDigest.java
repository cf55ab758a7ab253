package dev.backout.plan;

import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.kernel.Digests;

/** SHA-256 of JSON that has one spelling: keys sorted, no blanks. */
final class PlanDigest {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.build();

	private PlanDigest() {
	}

	/** Of maps, lists and texts. */
	static String of(Map<String, ?> what) {
		try {
			return Digests.sha256Hex(JSON.writeValueAsBytes(what));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
