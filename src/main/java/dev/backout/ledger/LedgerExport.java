package dev.backout.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;

/**
 * Writes the ledger into a file that can be verified without us: every leaf in its order,
 * and every checkpoint after the last leaf that it covers.
 */
@Component
public class LedgerExport {

	static final String HEADER = "backout-ledger 1";

	static final String LEAF = "leaf ";

	static final String NOTE = "note ";

	private static final int BATCH = 10_000;

	private final JdbcClient jdbc;

	private final LedgerProofs proofs;

	LedgerExport(JdbcClient jdbc, LedgerProofs proofs) {
		this.jdbc = jdbc;
		this.proofs = proofs;
	}

	/** Without the application around it, for the command line. */
	public static LedgerExport of(DataSource source, Path key, String origin) {
		var jdbc = JdbcClient.create(source);
		var transactions = new JdbcTransactionManager(source);
		var proofs = new LedgerProofs(jdbc, new Tree(jdbc, transactions), transactions,
				new LedgerProperties(origin, key), key);
		return new LedgerExport(jdbc, proofs);
	}

	/**
	 * Signs a checkpoint and writes everything up to it.
	 * @param out not closed
	 */
	public Checkpoint write(OutputStream out) throws IOException {
		var checkpoint = this.proofs.checkpoint();
		var notes = notes(checkpoint.head().size());
		line(out, HEADER);
		writeNotes(out, notes.remove(0L));
		for (long from = 0; from < checkpoint.head().size(); from += BATCH) {
			long index = from;
			for (String leaf : leaves(from, Math.min(from + BATCH, checkpoint.head().size()))) {
				line(out, LEAF + leaf);
				writeNotes(out, notes.remove(++index));
			}
		}
		out.flush();
		return checkpoint;
	}

	private List<String> leaves(long from, long to) {
		return this.jdbc.sql("""
				select e.leaf from backout.ledger_leaf l join backout.ledger_entry e on e.id = l.entry
				where l.index >= :from and l.index < :to order by l.index""")
			.param("from", from)
			.param("to", to)
			.query(String.class)
			.list();
	}

	private TreeMap<Long, List<String>> notes(long size) {
		var notes = new TreeMap<Long, List<String>>();
		this.jdbc.sql("select size, note from backout.ledger_checkpoint where size <= :size order by size, signed_at")
			.param("size", size)
			.query((row) -> {
				notes.computeIfAbsent(row.getLong(1), (key) -> new ArrayList<>()).add(row.getString(2));
			});
		return notes;
	}

	private static void writeNotes(OutputStream out, @Nullable List<String> notes) throws IOException {
		if (notes != null) {
			for (String note : notes) {
				for (String line : note.split("\n")) {
					line(out, (NOTE + line).stripTrailing());
				}
			}
		}
	}

	private static void line(OutputStream out, String line) throws IOException {
		out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
	}

}
