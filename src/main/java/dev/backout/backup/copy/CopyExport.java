package dev.backout.backup.copy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.backout.backup.Manifest;
import dev.backout.backup.Progress;
import dev.backout.backup.Sealing;
import dev.backout.fingerprint.CopyDigest;
import dev.backout.fingerprint.TableFingerprint;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Writes the rows of a snapshot to files, several at a time, large tables in pieces. What
 * is written is hashed on its way: the rows for the proof, the bytes against tampering.
 */
public final class CopyExport {

	/** 128 MB of heap per piece. */
	private static final long PAGES = 16_384;

	private final Snapshot snapshot;

	private final Path directory;

	private final Sealing sealing;

	private final Pace pace;

	private final Map<String, TableFingerprint> fingerprints = new ConcurrentHashMap<>();

	private final Map<String, Manifest.FileEntry> entries = new ConcurrentHashMap<>();

	private final AtomicLong done = new AtomicLong();

	public CopyExport(Snapshot snapshot, Path directory, Sealing sealing, Pace pace) {
		this.snapshot = snapshot;
		this.directory = directory;
		this.sealing = sealing;
		this.pace = pace;
	}

	/** Writes all tables of the snapshot and its large objects. */
	public List<Manifest.Table> run(int workers, Progress progress) throws Exception {
		Files.createDirectories(this.directory.resolve("data"));
		var pieces = new ArrayList<Piece>();
		var tables = new ArrayList<Manifest.Table>();
		for (var table : this.snapshot.tables()) {
			var columns = this.snapshot.columns(table);
			var parts = pieces(table, columns, pieces.size());
			pieces.addAll(parts);
			tables.add(new Manifest.Table(table.name(), columns, "", parts.stream().map(Piece::file).toList()));
		}
		pieces.sort(Comparator.comparingLong(Piece::size).reversed());
		var total = pieces.stream().mapToLong(Piece::size).sum() >> 20;
		var work = new Work<>(pieces);
		try (var forcing = new Forcing()) {
			work.run(workers, () -> {
				try (var connection = work.watched(this.snapshot.join())) {
					for (var piece = work.next(); piece != null; piece = work.next()) {
						write(piece, connection, work, forcing);
					}
				}
			}, () -> {
				progress.checkpoint();
				progress.at(this.done.get() >> 20, total, "MB");
			});
			largeObjects(forcing);
			forcing.await();
		}
		progress.at(total, total, "MB");
		return tables.stream().sorted(Comparator.comparing(Manifest.Table::name)).map(this::proven).toList();
	}

	/** Files as written so far, by path. */
	public Map<String, Manifest.FileEntry> entries() {
		return Map.copyOf(this.entries);
	}

	/** Writes a small file of text. */
	public void text(String file, String text) throws IOException {
		var bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
		try (var out = new SealedFile(this.directory, file, this.sealing)) {
			out.write(java.nio.ByteBuffer.wrap(bytes));
			this.entries.put(file, out.finish());
			out.force();
		}
	}

	private void largeObjects(Forcing forcing) throws SQLException, IOException {
		if (!this.snapshot.largeObjects()) {
			return;
		}
		try (var connection = this.snapshot.join()) {
			copy(connection, """
					(select m.oid, at, pg_catalog.lo_get(m.oid, at, 1048576)
					from pg_catalog.pg_largeobject_metadata m
					cross join lateral (select pg_catalog.lo_lseek64(pg_catalog.lo_open(m.oid, 262144), 0, 2)) s(size)
					cross join lateral pg_catalog.generate_series(0, s.size, 1048576) at)""", CopyImport.LARGE_OBJECTS,
					new Rows(new CopyDigest(List.of("oid", "at", "bytes")), (bytes) -> {
					}), new Work<>(List.of()), forcing);
		}
	}

	private static List<Piece> pieces(Snapshot.Table table, List<String> columns, int number) {
		var pieces = new ArrayList<Piece>();
		for (long from = 0; from < table.pages(); from += PAGES) {
			var to = (from + PAGES >= table.pages()) ? Long.MAX_VALUE : from + PAGES;
			var share = (Math.min(to, table.pages()) - from) / (double) table.pages();
			pieces.add(new Piece(table, columns, from, to, (long) (table.bytes() * share),
					"data/%05d.copy.zst".formatted(number + pieces.size() + 1)));
		}
		return pieces;
	}

	private void write(Piece piece, Connection connection, Work<Piece> work, Forcing forcing)
			throws SQLException, IOException {
		var digest = new CopyDigest(piece.columns());
		var counted = new long[1];
		copy(connection, piece.query(), piece.file(), new Rows(digest, (bytes) -> {
			work.checkpoint();
			this.pace.take(bytes, work::checkpoint);
			var part = Math.min(bytes, piece.size() - counted[0]);
			counted[0] += part;
			this.done.addAndGet(part);
		}), work, forcing);
		this.done.addAndGet(piece.size() - counted[0]);
		this.fingerprints.merge(piece.table().name(), digest.fingerprint(), TableFingerprint::plus);
	}

	private void copy(Connection connection, String query, String file, Rows rows, Work<?> work, Forcing forcing)
			throws SQLException, IOException {
		var out = new PackedFile(new SealedFile(this.directory, file, this.sealing));
		CopyOut copy = null;
		try {
			copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy %s to stdout".formatted(query));
			for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
				rows.add(row, out);
			}
			rows.flush(out);
			this.entries.put(file, out.finish());
			forcing.add(out);
		}
		catch (IOException | SQLException | RuntimeException ex) {
			out.close();
			if (!work.leave(connection)) {
				cancel(copy, ex);
			}
			throw ex;
		}
	}

	/** The connection may be the very thing that broke. */
	private static void cancel(@org.jspecify.annotations.Nullable CopyOut copy, Exception reason) {
		try {
			if (copy != null && copy.isActive()) {
				copy.cancelCopy();
			}
		}
		catch (SQLException ex) {
			reason.addSuppressed(ex);
		}
	}

	private Manifest.Table proven(Manifest.Table table) {
		return new Manifest.Table(table.name(), table.columns(),
				this.fingerprints.getOrDefault(table.name(), TableFingerprint.EMPTY).toString(), table.files());
	}

	/** Rows on their way to a file, looked at a quarter of a megabyte at a time. */
	private static final class Rows {

		private static final int SIZE = 1 << 18;

		private final CopyDigest digest;

		private final java.util.function.LongConsumer passed;

		private byte[] block = new byte[SIZE + CopyDigest.PADDING];

		private int fill;

		Rows(CopyDigest digest, java.util.function.LongConsumer passed) {
			this.digest = digest;
			this.passed = passed;
		}

		void add(byte[] row, PackedFile out) throws IOException {
			if (this.fill + row.length + CopyDigest.PADDING > this.block.length) {
				flush(out);
				if (row.length + CopyDigest.PADDING > this.block.length) {
					this.block = new byte[row.length + CopyDigest.PADDING];
				}
			}
			System.arraycopy(row, 0, this.block, this.fill, row.length);
			this.fill += row.length;
		}

		void flush(PackedFile out) throws IOException {
			this.digest.rows(this.block, 0, this.fill);
			out.write(this.block, 0, this.fill);
			this.passed.accept(this.fill);
			this.fill = 0;
		}

	}

	/**
	 * A range of pages of a table.
	 *
	 * @param table of which table
	 * @param columns in the order of the file
	 * @param from first page
	 * @param to first page not in it, {@link Long#MAX_VALUE} for the rest
	 * @param size in bytes, roughly
	 * @param file path in the backup
	 */
	private record Piece(Snapshot.Table table, List<String> columns, long from, long to, long size, String file) {

		/** A whole table by its name: the server then needs no plan. */
		String query() {
			var list = String.join(", ", this.columns.stream().map(CopyImport::quoted).toList());
			if (this.from == 0 && this.to == Long.MAX_VALUE && !this.columns.isEmpty()) {
				return "%s (%s)".formatted(this.table.name(), list);
			}
			var query = "select %s from only %s where ctid >= '(%d,0)'::tid".formatted(list, this.table.name(),
					this.from);
			if (this.to < Long.MAX_VALUE) {
				query += " and ctid < '(%d,0)'::tid".formatted(this.to);
			}
			return "(" + query + ")";
		}

	}

}
