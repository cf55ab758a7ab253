package dev.backout.migration.guard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import liquibase.exception.ChangeLogParseException;
import org.jspecify.annotations.Nullable;

/**
 * How big a document is once its aliases are written out: Liquibase copies what an alias
 * stands for, so that a page can become more than memory holds.
 */
final class WrittenOut {

	private static final long MOST = 5_000_000;

	private static final Long BEGUN = -1L;

	private final String file;

	private final IdentityHashMap<Object, Long> sizes = new IdentityHashMap<>();

	private WrittenOut(String file) {
		this.file = file;
	}

	/** Refuses what is too big, or contains itself. */
	static void check(String file, @Nullable Object document) throws ChangeLogParseException {
		new WrittenOut(file).size(document);
	}

	private long size(@Nullable Object node) throws ChangeLogParseException {
		var parts = parts(node);
		if (node == null || parts.isEmpty()) {
			return 1;
		}
		var known = this.sizes.get(node);
		if (known != null && !known.equals(BEGUN)) {
			return known;
		}
		if (known != null) {
			throw refused();
		}
		this.sizes.put(node, BEGUN);
		var size = 1L;
		for (var part : parts) {
			size += size(part);
			if (size > MOST) {
				throw refused();
			}
		}
		this.sizes.put(node, size);
		return size;
	}

	private ChangeLogParseException refused() {
		return new ChangeLogParseException(
				"'%s' is refused: with its aliases written out it has more than %d parts".formatted(this.file, MOST));
	}

	private static Collection<?> parts(@Nullable Object node) {
		if (node instanceof Map<?, ?> map) {
			var parts = new ArrayList<Object>(map.keySet());
			parts.addAll(map.values());
			return parts;
		}
		return (node instanceof Collection<?> list) ? list : List.of();
	}

}
