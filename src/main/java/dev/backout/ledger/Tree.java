package dev.backout.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives committed entries their place in the tree, one node at a time, and reads hashes
 * back. Entries wait for nobody when they are written; here they are taken in batches, in
 * the order of their numbers, so that the indexes have no holes. What one transaction did
 * after another had committed stands after it.
 */
@Component
class Tree {

	private static final int BATCH = 5_000;

	/** Any number that no other lock of ours uses. */
	private static final long LOCK = 0x6c6564676572L;

	private final JdbcClient jdbc;

	private final TransactionTemplate own;

	Tree(JdbcClient jdbc, PlatformTransactionManager transactions) {
		this.jdbc = jdbc;
		this.own = new TransactionTemplate(transactions);
		this.own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.own.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	/** Places everything that is committed by now; waits for another node that does. */
	@Scheduled(fixedDelayString = "${backout.ledger.every:1s}")
	void grow() {
		while (waiting() && placeBatch() == BATCH) {
			// More is waiting.
		}
	}

	private boolean waiting() {
		return this.jdbc.sql("select exists (select from backout.ledger_queue)").query(Boolean.class).single();
	}

	private int placeBatch() {
		return Objects.requireNonNull(this.own.execute((status) -> {
			this.jdbc.sql("select pg_advisory_xact_lock(:lock)").param("lock", LOCK).query().listOfRows();
			var waiting = this.jdbc.sql("""
					select e.id, e.leaf
					from backout.ledger_queue q join backout.ledger_entry e on e.id = q.entry
					order by e.id limit :batch""")
				.param("batch", BATCH)
				.query((row, number) -> Map.entry(row.getLong(1), row.getString(2)))
				.list();
			if (!waiting.isEmpty()) {
				place(waiting);
			}
			return waiting.size();
		}));
	}

	private void place(List<Map.Entry<Long, String>> waiting) {
		long size = size();
		var edge = edge(size);
		var hashes = new ArrayList<byte[]>();
		var nodes = new ArrayList<Node>();
		for (var entry : waiting) {
			var hash = Merkle.leafHash(entry.getValue().getBytes(StandardCharsets.UTF_8));
			hashes.add(hash);
			edge.add(hash, (level, index, root) -> nodes.add(new Node(level, index, root)));
		}
		var ids = waiting.stream().map(Map.Entry::getKey).toArray(Long[]::new);
		insertLeaves(size, ids, hashes);
		insertNodes(nodes);
		this.jdbc.sql("delete from backout.ledger_queue where entry = any(:ids)").param("ids", ids).update();
	}

	private void insertLeaves(long size, Long[] ids, List<byte[]> hashes) {
		this.jdbc.sql("""
				insert into backout.ledger_leaf (index, entry, hash)
				select :size + n - 1, id, hash
				from unnest(:ids::bigint[], :hashes::bytea[]) with ordinality as leaf (id, hash, n)""")
			.param("size", size)
			.param("ids", ids)
			.param("hashes", hashes.toArray(byte[][]::new))
			.update();
	}

	private void insertNodes(List<Node> nodes) {
		this.jdbc.sql("""
				insert into backout.ledger_node (level, index, hash)
				select * from unnest(:levels::int[], :indexes::bigint[], :hashes::bytea[])""")
			.param("levels", nodes.stream().map(Node::level).toArray(Integer[]::new))
			.param("indexes", nodes.stream().map(Node::index).toArray(Long[]::new))
			.param("hashes", nodes.stream().map(Node::hash).toArray(byte[][]::new))
			.update();
	}

	/** Number of leaves that have a place. */
	long size() {
		return this.jdbc.sql("select coalesce(max(index) + 1, 0) from backout.ledger_leaf").query(Long.class).single();
	}

	TreeHead head(long size) {
		return new TreeHead(size, Base64.getEncoder().encodeToString(edge(size).root()));
	}

	private Merkle.Edge edge(long size) {
		return read((nodes) -> Merkle.Edge.of(size, nodes));
	}

	/**
	 * Runs a calculation over the tree with all the hashes that it needs in one query.
	 */
	<T> T read(Calculation<T> calculation) {
		var wanted = new LinkedHashMap<Place, byte[]>();
		calculation.over((level, index) -> {
			wanted.put(new Place(level, index), new byte[0]);
			return new byte[32];
		});
		var found = fetch(List.copyOf(wanted.keySet()));
		return calculation.over((level, index) -> {
			var hash = found.get(new Place(level, index));
			if (hash == null) {
				throw new IllegalStateException("The ledger's tree has no node %d/%d".formatted(level, index));
			}
			return hash;
		});
	}

	private Map<Place, byte[]> fetch(List<Place> places) {
		var found = new HashMap<Place, byte[]>();
		if (places.isEmpty()) {
			return found;
		}
		this.jdbc.sql("""
				with wanted (level, index) as (select * from unnest(:levels::int[], :indexes::bigint[]))
				select w.level, w.index, n.hash from wanted w join backout.ledger_node n using (level, index)
				union all
				select 0, w.index, l.hash from wanted w join backout.ledger_leaf l using (index) where w.level = 0""")
			.param("levels", places.stream().map(Place::level).toArray(Integer[]::new))
			.param("indexes", places.stream().map(Place::index).toArray(Long[]::new))
			.query((row) -> {
				found.put(new Place(row.getInt(1), row.getLong(2)), row.getBytes(3));
			});
		return found;
	}

	/** Something to be worked out from hashes of the tree. */
	interface Calculation<T> {

		T over(Merkle.Nodes nodes);

	}

	private record Place(int level, long index) {
	}

	private record Node(int level, long index, byte[] hash) {
	}

}
