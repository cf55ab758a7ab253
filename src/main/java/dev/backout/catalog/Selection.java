package dev.backout.catalog;

import java.util.List;
import java.util.Set;

/**
 * Which changesets of a changelog belong to a release. Every kind of condition that is
 * given must hold; within one kind any value will do.
 *
 * @param labels labels of which the changeset carries one
 * @param files changelog files below the root, as Liquibase records them
 * @param changesets changesets by {@code author:id}
 */
public record Selection(List<String> labels, List<String> files, List<String> changesets) {

	public Selection {
		labels = List.copyOf(labels);
		files = List.copyOf(files);
		changesets = List.copyOf(changesets);
	}

	/** Whether the changeset belongs to the release. */
	public boolean includes(String file, String author, String id, Set<String> itsLabels) {
		return (this.labels.isEmpty() || this.labels.stream().anyMatch(itsLabels::contains))
				&& (this.files.isEmpty() || this.files.contains(file))
				&& (this.changesets.isEmpty() || this.changesets.contains(author + ":" + id));
	}

}
