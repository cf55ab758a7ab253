package dev.backout.backup.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.backup.Part;
import dev.backout.kernel.Rejected;

/**
 * Finds what a restore of some tables needs beside them: the tables that they refer to,
 * and theirs, partitions, and what they are partitions of.
 */
final class TableChoice {

	private static final String EDGES = """
			select 'refers', pg_catalog.format('%I.%I', fn.nspname, fc.relname), pg_catalog.format('%I.%I', tn.nspname, tc.relname)
			from pg_catalog.pg_constraint f
			join pg_catalog.pg_class fc on fc.oid = f.conrelid join pg_catalog.pg_namespace fn on fn.oid = fc.relnamespace
			join pg_catalog.pg_class tc on tc.oid = f.confrelid join pg_catalog.pg_namespace tn on tn.oid = tc.relnamespace
			where f.contype = 'f'
			union
			select case when fc.relispartition then 'partition' else 'inherits' end,
				pg_catalog.format('%I.%I', fn.nspname, fc.relname), pg_catalog.format('%I.%I', tn.nspname, tc.relname)
			from pg_catalog.pg_inherits i
			join pg_catalog.pg_class fc on fc.oid = i.inhrelid join pg_catalog.pg_namespace fn on fn.oid = fc.relnamespace
			join pg_catalog.pg_class tc on tc.oid = i.inhparent join pg_catalog.pg_namespace tn on tn.oid = tc.relnamespace
			where fc.relkind in ('r', 'p')
			order by 1, 2, 3""";

	private final Set<String> known;

	/** From a table to those that it refers to. */
	private final Map<String, List<String>> parents = new HashMap<>();

	/** From what is partitioned or inherited to what has its rows. */
	private final Map<String, List<String>> pieces = new HashMap<>();

	private final Map<String, String> wholes = new HashMap<>();

	private TableChoice(Set<String> known) {
		this.known = known;
	}

	/**
	 * Reads how the tables hang together.
	 * @param wanted {@code schema.table}, quoted or as they are
	 * @param tables all that a backup can hold
	 * @throws Rejected {@code backup.no-table}
	 */
	static Part of(Connection connection, List<String> wanted, List<Snapshot.Table> tables, String target)
			throws SQLException {
		var choice = new TableChoice(tables.stream().map(Snapshot.Table::name).collect(Collectors.toSet()));
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(EDGES)) {
			while (rows.next()) {
				choice.edge(rows.getString(1), rows.getString(2), rows.getString(3));
			}
		}
		return choice.close(wanted.stream().map((name) -> choice.find(name, target)).toList());
	}

	private void edge(String kind, String from, String to) {
		if (kind.equals("refers")) {
			this.parents.computeIfAbsent(from, (table) -> new ArrayList<>()).add(to);
			return;
		}
		this.pieces.computeIfAbsent(to, (table) -> new ArrayList<>()).add(from);
		if (kind.equals("partition")) {
			this.wholes.put(from, to);
		}
	}

	private String find(String name, String target) {
		if (this.known.contains(name)) {
			return name;
		}
		var meant = this.known.stream().filter((table) -> plain(table).equals(name)).sorted().toList();
		if (meant.size() == 1) {
			return meant.get(0);
		}
		throw new Rejected("backup.no-table",
				meant.isEmpty()
						? "Target '%s' has no table '%s' that a backup can hold: write schema.table%s".formatted(target,
								name, suchAs(alike(name)))
						: "Target '%s' has more than one table '%s': write it with quotes%s".formatted(target, name,
								suchAs(meant)));
	}

	private List<String> alike(String name) {
		var end = "." + name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
		return this.known.stream()
			.filter((table) -> plain(table).toLowerCase(Locale.ROOT).endsWith(end))
			.sorted()
			.toList();
	}

	private static String suchAs(List<String> tables) {
		return tables.isEmpty() ? "" : ", such as " + String.join(", ", tables);
	}

	private static String plain(String quoted) {
		return quoted.replaceAll("\"((?:[^\"]|\"\")*)\"", "$1").replace("\"\"", "\"");
	}

	private Part close(List<String> chosen) {
		var needed = new TreeMap<String, String>();
		var open = new ArrayDeque<>(chosen);
		var seen = new TreeSet<>(chosen);
		while (!open.isEmpty()) {
			var table = open.remove();
			var next = new TreeMap<String, String>();
			this.pieces.getOrDefault(table, List.of())
				.forEach((piece) -> next.putIfAbsent(piece, "it holds rows of " + table));
			this.parents.getOrDefault(table, List.of())
				.forEach((parent) -> next.putIfAbsent(parent, table + " refers to it"));
			next.forEach((other, why) -> {
				if (this.known.contains(other) && seen.add(other)) {
					needed.put(other, why);
					open.add(other);
				}
			});
		}
		List.copyOf(seen).forEach((table) -> wholesOf(table, seen, needed));
		return new Part(chosen, needed, outside(seen));
	}

	/** Without rows of their own; their shape must stay as it is meanwhile. */
	private void wholesOf(String table, Set<String> seen, Map<String, String> needed) {
		for (var whole = this.wholes.get(table); whole != null; whole = this.wholes.get(whole)) {
			if (this.known.contains(whole) && seen.add(whole)) {
				needed.put(whole, "%s is a partition of it, the others are not in the backup".formatted(table));
			}
		}
	}

	private TreeMap<String, String> outside(Set<String> inside) {
		var outside = new TreeMap<String, String>();
		this.parents.forEach((table, parents) -> {
			if (!inside.contains(table) && this.known.contains(table)) {
				parents.stream().filter(inside::contains).findFirst().ifPresent((parent) -> outside.put(table, parent));
			}
		});
		return outside;
	}

}
