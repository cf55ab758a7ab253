package dev.backout.ledger;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Something that was done, as the ledger keeps it.
 *
 * @param kind stable name such as {@code run.started} or {@code approval.given}
 * @param actor id of the person, or {@code system}
 * @param subject what it belongs to: a run id, a backup id
 * @param parameters with what; never secrets
 * @param before digest of what it acted on before, where there is one
 * @param after digest of the result, where there is one
 */
public record Deed(String kind, String actor, String subject, Map<String, String> parameters, @Nullable String before,
		@Nullable String after) {

	public Deed {
		parameters = Map.copyOf(parameters);
	}

	public static Deed of(String kind, String actor, String subject, Map<String, String> parameters) {
		return new Deed(kind, actor, subject, parameters, null, null);
	}

}
