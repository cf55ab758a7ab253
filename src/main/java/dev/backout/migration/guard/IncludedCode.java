package dev.backout.migration.guard;

import java.util.Map;
import java.util.Set;

import liquibase.exception.ChangeLogParseException;
import org.jspecify.annotations.Nullable;

/** The classes that {@code includeAll} would create while the changelog is read. */
final class IncludedCode {

	private static final Set<String> CLASSES = Set.of("filter", "resourceFilter", "resourceComparator");

	private IncludedCode() {
	}

	static void check(String file, String attribute, @Nullable Object value) throws ChangeLogParseException {
		var name = String.valueOf(value);
		if (CLASSES.contains(attribute) && !Trust.has(name)) {
			throw new ChangeLogParseException(
					"includeAll in '%s' names class '%s' as %s. ".formatted(file, name, attribute)
							+ Trust.refusal("It", name));
		}
	}

	/** Looks through a document of maps and lists. */
	static void check(String file, @Nullable Object document) throws ChangeLogParseException {
		if (document instanceof Map<?, ?> map) {
			if (map.get("includeAll") instanceof Map<?, ?> include) {
				for (var entry : include.entrySet()) {
					check(file, String.valueOf(entry.getKey()), entry.getValue());
				}
			}
			for (var value : map.values()) {
				check(file, value);
			}
		}
		else if (document instanceof Iterable<?> list) {
			for (var value : list) {
				check(file, value);
			}
		}
	}

}
