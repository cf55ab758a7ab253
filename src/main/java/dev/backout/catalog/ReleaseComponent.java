package dev.backout.catalog;

import java.util.List;
import java.util.Map;

/**
 * What a release changes in one component.
 *
 * @param component the component
 * @param selection which of its changesets are deployed
 * @param contexts Liquibase contexts that were, or are, active at deployment; empty for
 * none
 * @param flags ids of the feature flags that switch its new behaviour
 * @param newRows for a column that the release drops, as {@code table.column}: the SQL
 * expression that gives its value, after a rollback, to rows inserted meanwhile
 */
public record ReleaseComponent(Component component, Selection selection, List<String> contexts, List<String> flags,
		Map<String, String> newRows) {

	public ReleaseComponent {
		contexts = List.copyOf(contexts);
		flags = List.copyOf(flags);
		newRows = Map.copyOf(newRows);
	}

	/** What Liquibase calls them. */
	public String contextFilter() {
		return String.join(",", this.contexts);
	}

}
