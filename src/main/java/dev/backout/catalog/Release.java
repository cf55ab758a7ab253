package dev.backout.catalog;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What was, or will be, deployed in one go.
 *
 * @param id stable name such as {@code shop-2026.11.2}
 * @param product the product
 * @param version the product's version
 * @param title what it brings, in a few words
 * @param previous id of the release before it on the same target, if any
 * @param components in the order in which they are deployed; undone the other way round
 * @param owners who answers for it
 * @param checks name of the check suite that must hold after a deployment or rollback
 * @param triggers measured conditions that tell whether it is healthy
 * @param failureModes what the pre-mortem expects, worst impact first
 */
public record Release(String id, Product product, String version, String title, @Nullable String previous,
		List<ReleaseComponent> components, Owners owners, String checks, List<Trigger> triggers,
		List<FailureMode> failureModes) {

	public Release {
		components = List.copyOf(components);
		triggers = List.copyOf(triggers);
		failureModes = List.copyOf(failureModes);
	}

	/** Id of the managed database that it is deployed to. */
	public String target() {
		return this.product.target();
	}

	/** Flags of all its components, in deployment order. */
	public List<String> flags() {
		return this.components.stream().flatMap((component) -> component.flags().stream()).distinct().toList();
	}

	/** What it changes in the component, if anything. */
	public Optional<ReleaseComponent> component(String id) {
		return this.components.stream().filter((candidate) -> candidate.component().id().equals(id)).findFirst();
	}

}
