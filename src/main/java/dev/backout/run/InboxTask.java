package dev.backout.run;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Something that waits for a person.
 *
 * @param id stable while it waits; also in links of messages
 * @param stepId id of the user task in the playbook
 * @param title what to do, in the playbook's words
 * @param approval whether it is an approval, so that the requester may not answer it
 * @param candidates ids of the people who may answer now
 * @param assignee who has claimed it, or was handed it; only that person may answer then
 * @param level how many levels of the escalation policy have been asked, from 1
 * @param escalatesAt when the next person is asked; null once nobody is left
 * @param seal digest of exactly what is approved; null where nothing is sealed
 * @param choices the answers that the playbook knows
 * @param fields what else is asked for
 */
public record InboxTask(String id, RunId run, String stepId, String title, boolean approval, String release,
		String target, String requester, Severity severity, Set<String> candidates, @Nullable String assignee,
		int level, Instant createdAt, @Nullable Instant dueAt, @Nullable Instant escalatesAt, @Nullable String seal,
		List<Choice> choices, List<Field> fields) {

	public InboxTask {
		candidates = Set.copyOf(candidates);
		choices = List.copyOf(choices);
		fields = List.copyOf(fields);
	}

	/**
	 * An answer to choose.
	 *
	 * @param value stable, what {@link Answer} carries
	 * @param label the deed, as the button says it
	 */
	public record Choice(String value, String label, boolean reasonRequired) {
	}

	/**
	 * Something to fill in.
	 *
	 * @param initial what it is filled with at first
	 */
	public record Field(String name, String label, boolean required, @Nullable String initial) {
	}

	/** Whether {@code person} may answer: named, and not the one it was handed from. */
	public boolean mayAnswer(String person) {
		return forbidden(person) == null;
	}

	/**
	 * Why {@code person} may not answer, as it is shown to them; null when they may. The
	 * engine asks the same again.
	 */
	public @Nullable String forbidden(String person) {
		if (this.approval && person.equals(this.requester)) {
			return "You declared this rollback: somebody else must approve it";
		}
		if (this.assignee != null && !this.assignee.equals(person)) {
			return "%s has taken this task".formatted(this.assignee);
		}
		if (this.assignee == null && !this.candidates.contains(person)) {
			return "You are not named for this task";
		}
		return null;
	}

}
