package dev.backout.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.backout.kernel.Checks;
import dev.backout.step.StepHandler;
import org.springframework.stereotype.Component;

/** The code behind every step type that this application knows. */
@Component
class StepCatalog {

	private final Map<String, StepHandler> handlers = new TreeMap<>();

	StepCatalog(List<StepHandler> handlers) {
		handlers.forEach((handler) -> {
			var other = this.handlers.put(handler.type().name(), handler);
			Checks.check(other == null, () -> "Two handlers for step type '%s': %s and %s"
				.formatted(handler.type().name(), other, handler));
		});
	}

	Set<String> names() {
		return this.handlers.keySet();
	}

	StepHandler get(String type) {
		var handler = this.handlers.get(type);
		Checks.check(handler != null, () -> "There is no step type '%s'".formatted(type));
		return java.util.Objects.requireNonNull(handler);
	}

}
