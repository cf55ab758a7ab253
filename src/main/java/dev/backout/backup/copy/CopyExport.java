package dev.backout.backup.copy;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import com.github.luben.zstd.ZstdOutputStream;
import dev.backout.backup.Manifest;
import dev.backout.backup.Progress;
import dev.backout.fingerprint.CopyDigest;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.kernel.Digests;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Writes the rows of a snapshot to files, several at a time, large tables in pieces. What
 * is written is hashed on its way: the rows for the proof, the bytes against tampering.
 */
public final class CopyExport {

	/** 128 MB of heap per piece. */
	private static final long PAGES = 16_384;

	private static final int PROGRESS_ROWS = 4096;

	private final Snapshot snapshot;

	private final Path directory;

	private final Map<String, TableFingerprint> fingerprints = new ConcurrentHashMap<>();

	private final Map<String, Manifest.FileEntry> entries = new ConcurrentHashMap<>();

	private final AtomicLong rows = new AtomicLong();

	public CopyExport(Snapshot snapshot, Path directory) {
		this.snapshot = snapshot;
		this.directory = directory;
	}

	/** Writes all tables. */
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
		var total = this.snapshot.tables().stream().mapToLong(Snapshot.Table::estimate).sum();
		var work = new Work<>(pieces);
		work.run(workers, () -> {
			try (var connection = this.snapshot.join()) {
				for (var piece = work.next(); piece != null; piece = work.next()) {
					write(piece, connection, work);
				}
			}
		}, () -> {
			progress.checkpoint();
			progress.at(this.rows.get(), Math.max(total, this.rows.get()), "rows");
		});
		return tables.stream().sorted(Comparator.comparing(Manifest.Table::name)).map(this::proven).toList();
	}

	/** Files as written so far, by path. */
	public Map<String, Manifest.FileEntry> entries() {
		return Map.copyOf(this.entries);
	}

	/** Writes the large objects, if there are any. */
	public void largeObjects() throws Exception {
		if (this.snapshot.strings("select oid::text from pg_catalog.pg_largeobject_metadata limit 1").isEmpty()) {
			return;
		}
		try (var connection = this.snapshot.join()) {
			copy(connection, """
					select m.oid, at, pg_catalog.lo_get(m.oid, at, 1048576)
					from pg_catalog.pg_largeobject_metadata m
					cross join lateral (select pg_catalog.lo_lseek64(pg_catalog.lo_open(m.oid, 262144), 0, 2)) s(size)
					cross join lateral pg_catalog.generate_series(0, s.size, 1048576) at""", CopyImport.LARGE_OBJECTS,
					(row) -> {
					});
		}
	}

	private static List<Piece> pieces(Snapshot.Table table, List<String> columns, int number) {
		var pieces = new ArrayList<Piece>();
		for (long from = 0; from < table.pages(); from += PAGES) {
			var to = (from + PAGES >= table.pages()) ? Long.MAX_VALUE : from + PAGES;
			var size = (table.pages() <= PAGES) ? table.bytes() : (Math.min(to, table.pages()) - from) * 8192;
			pieces.add(new Piece(table, columns, from, to, size,
					"data/%05d.copy.zst".formatted(number + pieces.size() + 1)));
		}
		return pieces;
	}

	private void write(Piece piece, Connection connection, Work<Piece> work) throws SQLException, IOException {
		var digest = new CopyDigest(piece.columns());
		var seen = new long[1];
		copy(connection, piece.query(), piece.file(), (row) -> {
			digest.row(row);
			if (++seen[0] % PROGRESS_ROWS == 0) {
				work.checkpoint();
				this.rows.addAndGet(PROGRESS_ROWS);
			}
		});
		this.rows.addAndGet(seen[0] % PROGRESS_ROWS);
		this.fingerprints.merge(piece.table().name(), digest.fingerprint(), TableFingerprint::plus);
	}

	private void copy(Connection connection, String query, String file, java.util.function.Consumer<byte[]> rows)
			throws SQLException, IOException {
		var sha = Digests.sha256();
		var path = this.directory.resolve(file);
		CopyOut copy = null;
		try (var channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
			try (OutputStream out = compressed(new DigestOutputStream(left(channel), sha))) {
				copy = connection.unwrap(PGConnection.class)
					.getCopyAPI()
					.copyOut("copy (%s) to stdout".formatted(query));
				for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
					rows.accept(row);
					out.write(row);
				}
			}
			channel.force(false);
		}
		catch (IOException | SQLException | RuntimeException ex) {
			if (copy != null && copy.isActive()) {
				copy.cancelCopy();
			}
			throw ex;
		}
		this.entries.put(file, new Manifest.FileEntry(HexFormat.of().formatHex(sha.digest()), Files.size(path)));
	}

	private static OutputStream compressed(OutputStream out) throws IOException {
		return new BufferedOutputStream(new ZstdOutputStream(out, 1), 1 << 16);
	}

	/** Leaves the channel open: it is forced to disk after the last byte. */
	private static OutputStream left(FileChannel channel) {
		return new FilterOutputStream(Channels.newOutputStream(channel)) {

			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				this.out.write(bytes, offset, length);
			}

			@Override
			public void close() {
			}

		};
	}

	private Manifest.Table proven(Manifest.Table table) {
		return new Manifest.Table(table.name(), table.columns(),
				this.fingerprints.getOrDefault(table.name(), TableFingerprint.EMPTY).toString(), table.files());
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

		String query() {
			var list = String.join(", ", this.columns.stream().map(CopyImport::quoted).toList());
			var query = "select %s from only %s".formatted(list, this.table.name());
			if (this.from > 0 || this.to < Long.MAX_VALUE) {
				query += " where ctid >= '(%d,0)'::tid".formatted(this.from);
			}
			if (this.to < Long.MAX_VALUE) {
				query += " and ctid < '(%d,0)'::tid".formatted(this.to);
			}
			return query;
		}

	}

}
