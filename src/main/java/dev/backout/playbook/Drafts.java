package dev.backout.playbook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Playbooks in the making. Every save is a version of its own, so nobody's work is lost;
 * a save says which version it started from, so nobody's work is passed over unseen.
 */
@Component
public class Drafts {

	/** How large a file may be. */
	public static final int MAX_BYTES = XmlNode.MAX_BYTES;

	/** Rules whose ids begin so keep code out; the others may wait until deployment. */
	private static final String NEVER = "PB0";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final PlaybookLint lint;

	private final Clock clock;

	Drafts(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, PlaybookLint lint, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.lint = lint;
		this.clock = clock;
	}

	/**
	 * Saves a playbook. Unfinished ones may break house rules, not those that keep code
	 * out.
	 * @param basedOn the version that the work began from; 0 when there was none
	 * @return the new version, or the latest one if nothing has changed since
	 * @throws Rejected {@code playbook.forbidden} without the role designer,
	 * {@code playbook.changed} when somebody else has saved meanwhile,
	 * {@code playbook.other-id} when the file holds another playbook
	 * @throws PlaybookRefused when the file must not even be kept
	 */
	public Draft save(String playbook, int basedOn, byte[] content, String note, Person by) {
		demandDesigner(by);
		refuseCode(playbook, content);
		var outline = Outline.of(content);
		if (!outline.id().equals(playbook)) {
			throw new Rejected("playbook.other-id",
					"This is the playbook '%s', not '%s': save it under its own id".formatted(outline.id(), playbook));
		}
		try {
			return this.transaction.execute((status) -> insert(playbook, basedOn, content, note.strip(), by));
		}
		catch (DuplicateKeyException ex) {
			throw changed(latest(playbook).orElseThrow());
		}
	}

	private void refuseCode(String playbook, byte[] content) {
		var never = this.lint.errors(new PlaybookFile(playbook + ".bpmn", content))
			.stream()
			.filter((finding) -> finding.rule().startsWith(NEVER))
			.toList();
		if (!never.isEmpty()) {
			throw new PlaybookRefused(never);
		}
	}

	private Draft insert(String playbook, int basedOn, byte[] content, String note, Person by) {
		var latest = latest(playbook);
		var digest = Digests.sha256Hex(content);
		if (latest.filter((draft) -> draft.digest().equals(digest)).isPresent()) {
			return latest.get();
		}
		if (latest.map(Draft::version).orElse(0) != basedOn) {
			throw latest.map(Drafts::changed)
				.orElseGet(() -> new Rejected("playbook.changed", "There is no version %d of it".formatted(basedOn)));
		}
		var draft = new Draft(playbook, basedOn + 1, digest, note, by.id(),
				this.clock.instant().truncatedTo(ChronoUnit.MICROS));
		this.jdbc.sql("""
				insert into backout.playbook_draft (playbook, version, content, digest, note, saved_by, saved_at)
				values (:playbook, :version, :content, :digest, :note, :by, :at)""")
			.param("playbook", playbook)
			.param("version", draft.version())
			.param("content", content)
			.param("digest", digest)
			.param("note", note)
			.param("by", by.id())
			.param("at", draft.savedAt().atOffset(ZoneOffset.UTC))
			.update();
		this.ledger.append(new Deed("playbook.saved", by.id(), playbook,
				Map.of("version", String.valueOf(draft.version()), "note", note),
				latest.map(Draft::digest).orElse(null), digest));
		return draft;
	}

	private static Rejected changed(Draft latest) {
		return new Rejected("playbook.changed", ("%s saved version %d while you worked. Nothing is lost: look at the "
				+ "difference, then save yours on top of it")
			.formatted(latest.savedBy(), latest.version()));
	}

	/** All versions of a playbook that were saved, newest first. */
	public List<Draft> of(String playbook) {
		return this.jdbc.sql("select * from backout.playbook_draft where playbook = :playbook order by version desc")
			.param("playbook", playbook)
			.query(Drafts::draft)
			.list();
	}

	/** The version saved last of every playbook, by id. */
	public List<Draft> latest() {
		return this.jdbc
			.sql("select distinct on (playbook) * from backout.playbook_draft order by playbook, version desc")
			.query(Drafts::draft)
			.list();
	}

	/** The version saved last. */
	public Optional<Draft> latest(String playbook) {
		return this.jdbc
			.sql("select * from backout.playbook_draft where playbook = :playbook order by version desc limit 1")
			.param("playbook", playbook)
			.query(Drafts::draft)
			.optional();
	}

	/**
	 * What was saved.
	 * @throws Rejected {@code playbook.unknown}
	 */
	public byte[] content(String playbook, int version) {
		return this.jdbc
			.sql("select content from backout.playbook_draft where playbook = :playbook and version = :version")
			.param("playbook", playbook)
			.param("version", version)
			.query((row, number) -> row.getBytes(1))
			.optional()
			.orElseThrow(() -> new Rejected("playbook.unknown",
					"There is no saved version %d of '%s'".formatted(version, playbook)));
	}

	static void demandDesigner(Person by) {
		if (!by.has(Role.DESIGNER)) {
			throw new Rejected("playbook.forbidden", "Only designers change playbooks");
		}
	}

	private static Draft draft(ResultSet row, int number) throws SQLException {
		return new Draft(row.getString("playbook"), row.getInt("version"), row.getString("digest"),
				row.getString("note"), row.getString("saved_by"), row.getTimestamp("saved_at").toInstant());
	}

}
