package dev.backout.playbook;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * All playbooks: the deployed versions, what designers saved, and how one becomes the
 * other.
 */
@Component
public class Playbooks {

	private final Shelf shelf;

	private final Drafts drafts;

	private final PlaybookLint lint;

	private final Ledger ledger;

	private final TransactionTemplate transaction;

	Playbooks(Shelf shelf, Drafts drafts, PlaybookLint lint, Ledger ledger, TransactionTemplate transaction) {
		this.shelf = shelf;
		this.drafts = drafts;
		this.lint = lint;
		this.ledger = ledger;
		this.transaction = transaction;
	}

	/**
	 * A playbook at a glance.
	 *
	 * @param deployed newest version; none if it was never deployed
	 * @param draft what was saved last, if it is not what is deployed
	 */
	public record Glance(String id, String title, @Nullable PlaybookVersion deployed, @Nullable Draft draft) {
	}

	/** All that are deployed or saved, by id. */
	public List<Glance> all() {
		var found = new TreeMap<String, Glance>();
		this.shelf.current()
			.forEach((version) -> found.put(version.id(), new Glance(version.id(), version.title(), version, null)));
		this.drafts.latest().forEach((draft) -> {
			var deployed = Optional.ofNullable(found.get(draft.playbook())).map(Glance::deployed).orElse(null);
			if (deployed == null || !deployed.digest().equals(draft.digest())) {
				found.put(draft.playbook(), new Glance(draft.playbook(),
						(deployed != null) ? deployed.title() : title(draft), deployed, draft));
			}
		});
		return List.copyOf(found.values());
	}

	/** What was never deployed goes by the name that it has now. */
	private String title(Draft draft) {
		return Outline.of(this.drafts.content(draft.playbook(), draft.version())).title();
	}

	/**
	 * One of them.
	 * @throws Rejected {@code playbook.unknown}
	 */
	public Glance get(String id) {
		return all().stream()
			.filter((glance) -> glance.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new Rejected("playbook.unknown", "There is no playbook '%s'".formatted(id)));
	}

	/** Deployed versions, newest first. */
	public List<PlaybookVersion> versions(String id) {
		return this.shelf.versions(id);
	}

	/**
	 * The text of a version: {@code v3} is deployed, {@code d3} was saved.
	 * @throws Rejected {@code playbook.unknown}
	 */
	public byte[] content(String id, String version) {
		if (!version.matches("[vd]\\d{1,9}")) {
			throw new Rejected("playbook.unknown", "There is no version '%s' of '%s'".formatted(version, id));
		}
		var number = Integer.parseInt(version.substring(1));
		return version.startsWith("d") ? this.drafts.content(id, number)
				: this.shelf.outline(deployed(id, number)).xml().getBytes(StandardCharsets.UTF_8);
	}

	private PlaybookVersion deployed(String id, int number) {
		return this.shelf.versions(id)
			.stream()
			.filter((version) -> version.version() == number)
			.findFirst()
			.orElseThrow(
					() -> new Rejected("playbook.unknown", "There is no version %d of '%s'".formatted(number, id)));
	}

	/** What work on it begins from: what was saved last, else what is deployed. */
	public String newest(String id) {
		var glance = get(id);
		return (glance.draft() != null) ? "d" + glance.draft().version()
				: "v" + java.util.Objects.requireNonNull(glance.deployed()).version();
	}

	/** What changes from one version to the other. */
	public List<Difference> difference(String id, String from, String to) {
		return Difference.between(content(id, from), content(id, to));
	}

	/** Everything that is wrong with a version. */
	public List<Finding> findings(String id, String version) {
		return this.lint.check(new PlaybookFile(id + ".bpmn", content(id, version)));
	}

	/** What its steps, tasks and decisions say, in words. */
	public List<Part> parts(String id, String version) {
		return Part.of(content(id, version), this.lint.steps());
	}

	/**
	 * Makes what was saved last the version that new runs start with.
	 * @param version of the draft, as its reader saw it
	 * @throws Rejected {@code playbook.forbidden} without the role designer or
	 * administrator, {@code playbook.four-eyes} for who saved it,
	 * {@code playbook.changed} when a newer one was saved
	 * @throws PlaybookRefused when it breaks a rule
	 */
	public PlaybookVersion deploy(String id, int version, Person by) {
		if (!by.has(Role.DESIGNER) && !by.has(Role.ADMIN)) {
			throw new Rejected("playbook.forbidden", "Only designers and administrators deploy playbooks");
		}
		var draft = this.drafts.latest(id)
			.orElseThrow(() -> new Rejected("playbook.unknown", "Nothing was saved of '%s'".formatted(id)));
		if (draft.version() != version) {
			throw new Rejected("playbook.changed", "%s saved version %d meanwhile: look at that one first"
				.formatted(draft.savedBy(), draft.version()));
		}
		if (draft.savedBy().equals(by.id())) {
			throw new Rejected("playbook.four-eyes", "You saved this version: somebody else must deploy it");
		}
		var file = new PlaybookFile(id + ".bpmn", this.drafts.content(id, version));
		var errors = this.lint.errors(file);
		if (!errors.isEmpty()) {
			throw new PlaybookRefused(errors);
		}
		return this.transaction.execute((status) -> {
			var deployed = this.shelf.deploy(file);
			this.ledger.append(
					new Deed(
							"playbook.deployed", by.id(), id, Map.of("version", String.valueOf(deployed.version()),
									"draft", String.valueOf(version), "savedBy", draft.savedBy()),
							null, deployed.digest()));
			return deployed;
		});
	}

}
