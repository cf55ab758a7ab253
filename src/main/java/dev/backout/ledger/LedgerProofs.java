package dev.backout.ledger;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Checks;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads the ledger and proves what it says. */
@Component
public class LedgerProofs {

	private static final ObjectMapper JSON = new ObjectMapper();

	private final JdbcClient jdbc;

	private final Tree tree;

	private final TransactionTemplate own;

	private final String origin;

	private final SigningKey key;

	LedgerProofs(JdbcClient jdbc, Tree tree, PlatformTransactionManager transactions, LedgerProperties properties,
			@Value("${backout.data-dir}") Path data) {
		this.jdbc = jdbc;
		this.tree = tree;
		this.own = new TransactionTemplate(transactions);
		this.own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.origin = properties.origin();
		var file = (properties.keyFile() != null) ? properties.keyFile() : data.resolve("ledger.key");
		this.key = SigningKey.in(file, this.origin);
	}

	/** The line that a verifier of our checkpoints needs. */
	public VerifierKey publicKey() {
		return this.key.verifier();
	}

	/**
	 * Size and root now, unsigned. Cheap, and only reads: fit for a message's footer
	 * inside a transaction, whose own entries it does not hold yet.
	 */
	public TreeHead head() {
		return this.tree.head(this.tree.size());
	}

	/** Signs the tree with everything committed by now, and keeps the note. */
	public Checkpoint checkpoint() {
		this.tree.grow();
		var head = head();
		return find(head).orElseGet(() -> sign(head));
	}

	private Checkpoint sign(TreeHead head) {
		this.own.executeWithoutResult((status) -> this.jdbc.sql("""
				insert into backout.ledger_checkpoint (size, key_id, note) values (:size, :key, :note)
				on conflict do nothing""")
			.param("size", head.size())
			.param("key", publicKey().id())
			.param("note", SignedNote.sign(this.origin, head, this.key))
			.update());
		return find(head).orElseThrow();
	}

	private Optional<Checkpoint> find(TreeHead head) {
		return this.jdbc.sql("""
				select note, signed_at from backout.ledger_checkpoint where size = :size and key_id = :key""")
			.param("size", head.size())
			.param("key", publicKey().id())
			.query((row, number) -> new Checkpoint(head, row.getString(1), row.getTimestamp(2).toInstant()))
			.optional();
	}

	/** What happened to a subject, such as a run, in order; only what is committed. */
	public List<LedgerEntry> entries(String subject) {
		this.tree.grow();
		return this.jdbc.sql("""
				select e.id, l.index, e.leaf, l.hash
				from backout.ledger_entry e join backout.ledger_leaf l on l.entry = e.id
				where e.subject = :subject order by l.index""")
			.param("subject", subject)
			.query((row, number) -> entry(row.getLong(1), row.getLong(2), row.getString(3), row.getBytes(4)))
			.list();
	}

	/** The entry at a place in the tree. */
	public LedgerEntry entry(long index) {
		return this.jdbc.sql("""
				select e.id, l.index, e.leaf, l.hash
				from backout.ledger_leaf l join backout.ledger_entry e on e.id = l.entry
				where l.index = :index""")
			.param("index", index)
			.query((row, number) -> entry(row.getLong(1), row.getLong(2), row.getString(3), row.getBytes(4)))
			.optional()
			.orElseThrow(() -> new IllegalArgumentException("The ledger has no entry " + index));
	}

	/** Proves that the entry at this index is in the tree as it stands now. */
	public InclusionProof proofOf(long index) {
		this.tree.grow();
		var head = head();
		var path = this.tree.read((nodes) -> Merkle.inclusion(index, head.size(), nodes));
		return new InclusionProof(index, head, base64(path));
	}

	/**
	 * Proves that the tree of {@code second} leaves only adds to that of {@code first}.
	 */
	public ConsistencyProof proofBetween(long first, long second) {
		long size = this.tree.size();
		Checks.check(second <= size, () -> "The ledger has %d entries, not %d".formatted(size, second));
		var path = this.tree.read((nodes) -> Merkle.consistency(first, second, nodes));
		return new ConsistencyProof(this.tree.head(first), this.tree.head(second), base64(path));
	}

	private static List<String> base64(List<byte[]> hashes) {
		return hashes.stream().map(Base64.getEncoder()::encodeToString).toList();
	}

	private static LedgerEntry entry(long id, long index, String leaf, byte[] hash) {
		try {
			var json = JSON.readTree(leaf);
			Map<String, String> parameters = JSON.convertValue(json.get("parameters"), new TypeReference<>() {
			});
			var deed = new Deed(json.get("kind").asText(), json.get("actor").asText(), json.get("subject").asText(),
					parameters, json.get("before").textValue(), json.get("after").textValue());
			return new LedgerEntry(id, index, Instant.parse(json.get("at").asText()), deed, leaf,
					Base64.getEncoder().encodeToString(hash));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException("Ledger entry %d is not JSON: it was changed".formatted(index), ex);
		}
	}

}
