package dev.backout.run;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.Outline;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits for a person.
 *
 * @param id stable while it waits; also in links of messages
 * @param stepId id of the user task in the playbook
 * @param title what to do, in the playbook's words
 * @param candidates ids of the people who may answer now
 * @param assignee who has claimed it, or was handed it; only that person may answer then
 * @param rotation who is asked first, and next; null when the playbook names people
 * @param level how many levels of the rotation have been asked, from 1; 0 when nobody was
 * on call and others are asked instead
 * @param dueAt when it should be answered; the next person is asked then
 * @param escalatesAt when the next person is asked; null once nobody is left
 * @param seal digest of exactly what is approved; null where nothing is sealed
 * @param choices the answers that the playbook knows
 * @param fields what else is asked for
 * @param properties what else the playbook says about it, such as {@code template} and
 * {@code audience} of a message; {@code because} says what was refused
 */
public record InboxTask(String id, RunId run, String stepId, String title, Kind kind, String release, String target,
		String requester, Severity severity, Set<String> candidates, @Nullable String assignee,
		@Nullable String rotation, int level, Instant createdAt, @Nullable Instant dueAt, @Nullable Instant escalatesAt,
		@Nullable String seal, List<Choice> choices, List<Field> fields, Map<String, String> properties) {

	public InboxTask {
		candidates = Set.copyOf(candidates);
		choices = List.copyOf(choices);
		fields = List.copyOf(fields);
		properties = Map.copyOf(properties);
	}

	/** What a person is asked for. */
	public enum Kind {

		/** To let something sealed happen; never the requester's to answer. */
		APPROVAL("approve", Role.APPROVER),
		/** To choose how the run goes on. */
		DECISION("decide", Role.OPERATOR, Role.APPROVER),
		/** To send a message that was drafted from the run. */
		MESSAGE("send a message", Role.OPERATOR, Role.APPROVER);

		private final String deed;

		private final List<Role> roles;

		Kind(String deed, Role... roles) {
			this.deed = deed;
			this.roles = List.of(roles);
		}

		/** What the playbook's task is; one that does not say asks for a decision. */
		public static Kind of(Outline.UserTask task) {
			return switch (task.properties().getOrDefault("kind", "")) {
				case "approval" -> APPROVAL;
				case "message" -> MESSAGE;
				default -> DECISION;
			};
		}

		/** Whether somebody with these roles may answer, if they are named. */
		public boolean takes(Collection<Role> held) {
			return this.roles.stream().anyMatch(held::contains);
		}

		/**
		 * Why somebody without such a role may not answer.
		 * @param who as the sentence calls them: "you do", or "omar does"
		 */
		public String roleMissing(String who) {
			return "To %s takes the role %s, which %s not have".formatted(this.deed,
					this.roles.stream()
						.map((role) -> role.name().toLowerCase(Locale.ROOT))
						.collect(Collectors.joining(" or ")),
					who);
		}

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

	public boolean approval() {
		return this.kind == Kind.APPROVAL;
	}

	public boolean mayAnswer(Person person) {
		return forbidden(person) == null;
	}

	/**
	 * Why {@code person} may not answer, with the roles that they have here and now, as
	 * it is shown to them; null when they may. The engine asks the same again.
	 */
	public @Nullable String forbidden(Person person) {
		if (this.approval() && person.id().equals(this.requester)) {
			return "You declared this rollback: somebody else must approve it";
		}
		if (this.assignee != null && !this.assignee.equals(person.id())) {
			return "%s has taken this task".formatted(this.assignee);
		}
		if (this.assignee == null && !this.candidates.contains(person.id())) {
			return "You are not named for this task";
		}
		return this.kind.takes(person.roles()) ? null : this.kind.roleMissing("you do");
	}

}
