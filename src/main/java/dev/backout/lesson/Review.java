package dev.backout.lesson;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What is to be learnt from a run: drafted from its record, finished by its owner.
 *
 * @param id of the review
 * @param run it looks back on
 * @param release that was rolled back
 * @param target where
 * @param title as people read it
 * @param owner id of the person who must finish it
 * @param rotation that the owner was on call for
 * @param openedAt when it was drafted
 * @param dueAt when it must be finished
 * @param draft what the record says, in Markdown; never changes
 * @param text what the owner made of it, in Markdown
 * @param editedBy who wrote last; nobody yet if missing
 * @param closedAt when it was finished
 * @param closedBy who finished it
 */
public record Review(UUID id, String run, String release, String target, String title, String owner, String rotation,
		Instant openedAt, Instant dueAt, String draft, String text, @Nullable String editedBy,
		@Nullable Instant closedAt, @Nullable String closedBy) {

	public boolean open() {
		return this.closedAt == null;
	}

	public boolean overdue(Instant now) {
		return open() && now.isAfter(this.dueAt);
	}

}
