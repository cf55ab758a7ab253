package dev.backout.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Files that people attach to a run, also after its end. The ledger holds the digest of
 * each, and a file that no longer fits its digest is not handed out.
 */
@Component
public class Evidence {

	private static final int LONGEST_NAME = 200;

	private final JdbcClient jdbc;

	private final RunTable runs;

	private final RunLock lock;

	private final RunRecord record;

	private final Limits limits;

	Evidence(JdbcClient jdbc, RunTable runs, RunLock lock, RunRecord record, Limits limits) {
		this.jdbc = jdbc;
		this.runs = runs;
		this.lock = lock;
		this.record = record;
		this.limits = limits;
	}

	/** What may be attached, and when it is. */
	@Component
	record Limits(EvidenceProperties sizes, Clock clock) {
	}

	/**
	 * Attaches a file; the same file under the same name again changes nothing.
	 * @param content read to its end, but never further than a file may be large
	 * @param remark what it shows
	 * @throws Rejected {@code evidence.too-large}, {@code evidence.empty},
	 * {@code evidence.full}, {@code evidence.name}, {@code run.forbidden},
	 * {@code run.reason}
	 */
	@Transactional
	public Attachment attach(RunId run, String name, InputStream content, String remark, Person by) {
		if (!by.has(Role.OPERATOR) && !by.has(Role.APPROVER)) {
			throw new Rejected("run.forbidden", "To attach evidence takes the role operator or approver");
		}
		if (remark.isBlank()) {
			throw new Rejected("run.reason", "Say what '%s' shows".formatted(name));
		}
		Checks.check(remark.length() <= 500, () -> "What a file shows is told in up to 500 characters");
		var file = plain(name);
		this.runs.find(run).orElseThrow(() -> new Rejected("run.unknown", "There is no run '%s'".formatted(run)));
		var bytes = read(file, content);
		this.lock.hold(run);
		var digest = Digests.sha256Hex(bytes);
		var same = of(run).stream()
			.filter((other) -> other.name().equals(file) && other.sha256().equals(digest))
			.findFirst();
		return same.orElseGet(() -> add(run, file, bytes, digest, remark, by));
	}

	/** The name alone, whatever path or control character a browser or a foe sends. */
	private static String plain(String name) {
		var last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).strip();
		if (last.isEmpty() || last.length() > LONGEST_NAME || last.matches("\\.+")
				|| last.codePoints()
					.anyMatch((character) -> Character.isISOControl(character)
							|| Character.getType(character) == Character.FORMAT)) {
			throw new Rejected("evidence.name",
					"A file's name has 1 to %d visible characters: name it otherwise".formatted(LONGEST_NAME));
		}
		return last;
	}

	private byte[] read(String name, InputStream content) {
		var most = this.limits.sizes().file().toBytes();
		try {
			var bytes = content.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 8));
			if (bytes.length > most) {
				throw new Rejected("evidence.too-large",
						"'%s' is larger than %,d bytes: attach the part that matters".formatted(name, most));
			}
			if (bytes.length == 0) {
				throw new Rejected("evidence.empty", "'%s' is empty".formatted(name));
			}
			return bytes;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Attachment add(RunId run, String name, byte[] bytes, String digest, String remark, Person by) {
		var there = this.jdbc.sql("select coalesce(sum(size), 0) from backout.run_evidence where run = :run")
			.param("run", run.value())
			.query(Long.class)
			.single();
		if (there + bytes.length > this.limits.sizes().run().toBytes()) {
			throw new Rejected("evidence.full", "This run holds %,d bytes of evidence already, and %,d are the most"
				.formatted(there, this.limits.sizes().run().toBytes()));
		}
		var attachment = this.jdbc.sql("""
				insert into backout.run_evidence (run, name, size, sha256, remark, added_by, added_at, content)
				values (:run, :name, :size, :sha256, :remark, :by, :at, :content)
				returning id, run, name, size, sha256, remark, added_by, added_at
				""")
			.param("run", run.value())
			.param("name", name)
			.param("size", bytes.length)
			.param("sha256", digest)
			.param("remark", remark)
			.param("by", by.id())
			.param("at", this.limits.clock().instant().atOffset(ZoneOffset.UTC))
			.param("content", bytes)
			.query(Evidence::attachment)
			.single();
		this.record.add(run, "evidence.attached", by, null, "Attaches '%s': %s".formatted(name, remark),
				Map.of("evidence", attachment.id().toString(), "name", name, "size", String.valueOf(bytes.length),
						"sha256", digest, "remark", remark));
		return attachment;
	}

	/** All of a run, in the order in which they came. */
	public List<Attachment> of(RunId run) {
		return this.jdbc.sql("""
				select id, run, name, size, sha256, remark, added_by, added_at
				from backout.run_evidence where run = :run order by added_at, id
				""").param("run", run.value()).query(Evidence::attachment).list();
	}

	/**
	 * A file and its bytes.
	 * @throws Rejected {@code evidence.unknown}, {@code evidence.altered} when the bytes
	 * are not those that were attached
	 */
	public File read(RunId run, UUID id) {
		var file = this.jdbc.sql("select * from backout.run_evidence where run = :run and id = :id")
			.param("run", run.value())
			.param("id", id)
			.query((row, number) -> new File(attachment(row, number), row.getBytes("content")))
			.optional()
			.orElseThrow(() -> new Rejected("evidence.unknown", "This run has no such file"));
		if (!Digests.sha256Hex(file.bytes()).equals(file.attachment().sha256())) {
			throw new Rejected("evidence.altered",
					"'%s' is not what was attached: its digest differs".formatted(file.attachment().name()));
		}
		return file;
	}

	private static Attachment attachment(ResultSet row, int number) throws SQLException {
		return new Attachment(row.getObject("id", UUID.class), Rows.runId(row, "run"), row.getString("name"),
				row.getLong("size"), row.getString("sha256"), row.getString("remark"), row.getString("added_by"),
				Rows.instant(row, "added_at"));
	}

	/** What was attached, whole. */
	public record File(Attachment attachment, byte[] bytes) {
	}

}
