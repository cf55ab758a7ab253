package dev.backout.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.jspecify.annotations.Nullable;

/**
 * What a run knows from its start, in one variable of the engine: it reads all variables
 * of a run with every step, two joins for each, and writes and deletes each by itself.
 * <p>
 * A variable that a step or a person gives later, of the same name, stands before it.
 */
final class Given {

	/** No expression can name it, so no playbook can. */
	static final String NAME = "backout.given";

	/** The engine's column for texts takes 4,000 characters. */
	private static final int ROOM = 3000;

	private static final ObjectMapper JSON = new ObjectMapper();

	private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {
	};

	private final Map<String, String> values;

	private Given(Map<String, String> values) {
		this.values = values;
	}

	/**
	 * The engine's variables for these. Long texts, and what there is no room for, are
	 * variables of their own.
	 */
	static Map<String, Object> variables(Map<String, String> given) {
		var together = new LinkedHashMap<String, String>();
		var variables = new HashMap<String, Object>();
		var length = 0;
		for (var entry : new TreeMap<>(given).entrySet()) {
			var takes = length(entry.getKey()) + length(entry.getValue());
			if (length + takes <= ROOM) {
				length += takes;
				together.put(entry.getKey(), entry.getValue());
			}
			else {
				variables.put(entry.getKey(), entry.getValue());
			}
		}
		try {
			variables.put(NAME, JSON.writeValueAsString(together));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
		return variables;
	}

	/** At most, as JSON with what stands around it. */
	private static int length(String text) {
		return JsonStringEncoder.getInstance().quoteAsString(text).length + 3;
	}

	/** The value of now: given later, or from the start, or null. */
	static @Nullable Object now(VariableScope scope, String name) {
		return scope.hasVariable(name) ? scope.getVariable(name) : in(scope).value(name).orElse(null);
	}

	/** The value from the start, whatever was given later. */
	static @Nullable Object first(VariableScope scope, String name) {
		var given = in(scope).value(name);
		return given.isPresent() ? given.get() : scope.getVariable(name);
	}

	static Given in(VariableScope scope) {
		return of(scope.getVariable(NAME));
	}

	static Given of(@Nullable Object stored) {
		if (stored == null) {
			return new Given(Map.of());
		}
		try {
			return new Given(JSON.readValue(stored.toString(), TEXTS));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException("Variable '%s' of a run is broken".formatted(NAME), ex);
		}
	}

	/** Everything that the engine's variables say now, but for what is empty. */
	static Map<String, String> withLater(Map<String, @Nullable Object> variables) {
		var all = new HashMap<String, @Nullable Object>(of(variables.get(NAME)).values);
		all.putAll(variables);
		all.remove(NAME);
		var told = new HashMap<String, String>();
		all.forEach((name, value) -> {
			if (value != null && !value.toString().isBlank()) {
				told.put(name, value.toString());
			}
		});
		return told;
	}

	Optional<String> value(String name) {
		return Optional.ofNullable(this.values.get(name));
	}

}
