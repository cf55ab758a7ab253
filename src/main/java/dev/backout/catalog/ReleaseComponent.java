package dev.backout.catalog;

import java.util.List;

/**
 * What a release changes in one component.
 *
 * @param component the component
 * @param selection which of its changesets are deployed
 * @param contexts Liquibase contexts that were, or are, active at deployment; empty for
 * none
 * @param flags ids of the feature flags that switch its new behaviour
 */
public record ReleaseComponent(Component component, Selection selection, List<String> contexts, List<String> flags) {

	public ReleaseComponent {
		contexts = List.copyOf(contexts);
		flags = List.copyOf(flags);
	}

}
