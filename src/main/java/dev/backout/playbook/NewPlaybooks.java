package dev.backout.playbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.regex.Pattern;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import org.springframework.stereotype.Component;

/**
 * How a playbook begins: from a small one that keeps all rules, or as a copy of another.
 * Either is a draft, so somebody else deploys it.
 */
@Component
public class NewPlaybooks {

	/** What an id looks like, for forms. */
	public static final String ID = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

	private static final int MAX_ID = 60;

	private static final int MAX_TITLE = 120;

	/** Taken by pages of their own. */
	private static final String OURS = "new";

	private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

	private final Playbooks playbooks;

	private final Drafts drafts;

	NewPlaybooks(Playbooks playbooks, Drafts drafts) {
		this.playbooks = playbooks;
		this.drafts = drafts;
	}

	/**
	 * Begins one that asks, checks and tells.
	 * @throws Rejected {@code playbook.forbidden} without the role designer,
	 * {@code playbook.id}, {@code playbook.title} or {@code playbook.taken} naming what
	 * cannot be
	 */
	public Draft begin(String id, String title, Person by) {
		demand(id, title, by);
		return save(id, skeleton(), title, "New", by);
	}

	/**
	 * Begins one that is like a version of another.
	 * @param version {@code v3} is deployed, {@code d3} was saved
	 * @throws Rejected as {@link #begin}, and {@code playbook.unknown} when there is no
	 * such version
	 */
	public Draft copy(String from, String version, String id, String title, Person by) {
		demand(id, title, by);
		return save(id, this.playbooks.content(from, version), title, "Copy of %s, %s".formatted(from, version), by);
	}

	private Draft save(String id, byte[] content, String title, String note, Person by) {
		return this.drafts.save(id, 0, Renaming.to(id, title.strip(), content), note, by);
	}

	private void demand(String id, String title, Person by) {
		Drafts.demandDesigner(by);
		if (!id.matches(ID) || id.length() > MAX_ID || id.equals(OURS)) {
			throw new Rejected("playbook.id",
					("The id '%s' cannot be used: take lower-case words and digits joined by hyphens, such as "
							+ "restart-shop, at most %d characters, and not '%s'")
						.formatted(shortened(id), MAX_ID, OURS));
		}
		if (title.isBlank() || title.strip().length() > MAX_TITLE || Expressions.present(title)
				|| CONTROL.matcher(title).find()) {
			throw new Rejected("playbook.title",
					"The name '%s' cannot be used: write 1 to %d characters on one line, without ${ or #{"
						.formatted(shortened(title), MAX_TITLE));
		}
		if (this.playbooks.all().stream().anyMatch((other) -> other.id().equalsIgnoreCase(id))) {
			throw new Rejected("playbook.taken",
					"There is a playbook '%s' already: take another id, or edit that one".formatted(id));
		}
	}

	private static String shortened(String text) {
		return (text.length() > MAX_TITLE) ? text.substring(0, MAX_TITLE) + "\u2026" : text;
	}

	private static byte[] skeleton() {
		try (var stream = NewPlaybooks.class.getResourceAsStream("/new-playbook.bpmn")) {
			return Objects.requireNonNull(stream).readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
