package dev.backout.migration;

import java.util.Collection;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Lists as the journal keeps them. */
final class Json {

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private Json() {
	}

	static String write(Collection<?> values) {
		try {
			return MAPPER.writeValueAsString(values);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	static List<String> strings(String json) {
		return read(json, new TypeReference<>() {
		});
	}

	static List<Protection.Ran> statements(String json) {
		return read(json, new TypeReference<>() {
		});
	}

	private static <T> T read(String json, TypeReference<T> type) {
		try {
			return MAPPER.readValue(json, type);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalArgumentException("Not a list: " + json, ex);
		}
	}

}
