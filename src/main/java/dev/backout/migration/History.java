package dev.backout.migration;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import liquibase.change.CheckSum;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.RanChangeSet;
import liquibase.exception.LiquibaseException;

/** Liquibase's history of a database, in the order that is true: ORDEREXECUTED. */
final class History {

	private final LiquibaseSession session;

	private final boolean journaled;

	History(LiquibaseSession session) throws SQLException {
		this.session = session;
		if (session.prepared()) {
			this.journaled = true;
			return;
		}
		try (var statement = session.connection.createStatement();
				var rows = statement.executeQuery("select to_regclass('backout.change_run') is not null")) {
			rows.next();
			this.journaled = rows.getBoolean(1);
		}
	}

	/**
	 * A row, as Liquibase and as we see it.
	 *
	 * @param deployed ours
	 * @param ran Liquibase's
	 * @param changeset of the changelog, if it is still there
	 * @param entry of our journal, if we deployed it
	 * @param journaled whether the database has a journal of ours at all
	 */
	record Row(Deployed deployed, RanChangeSet ran, Optional<ChangeSet> changeset, Optional<Journal.Entry> entry,
			boolean journaled) {
	}

	boolean journaled() {
		return this.journaled;
	}

	List<Deployed> all() throws LiquibaseException, SQLException {
		return rows().stream().map(Row::deployed).toList();
	}

	List<Row> rows() throws LiquibaseException, SQLException {
		return rows((id) -> true);
	}

	/** Rows of the changesets that are wanted, by the name stored or the one of today. */
	List<Row> rows(Predicate<ChangesetId> wanted) throws LiquibaseException, SQLException {
		this.session.liquibaseHistory().reset();
		var ran = this.session.liquibaseHistory()
			.getRanChangeSets()
			.stream()
			.sorted(Comparator
				.comparing((RanChangeSet row) -> (row.getOrderExecuted() != null) ? row.getOrderExecuted() : 0))
			.toList();
		var rows = new java.util.ArrayList<Row>();
		for (var row : ran) {
			var stored = new ChangesetId(DatabaseChangeLog.normalizePath(row.getChangeLog()), row.getId(),
					row.getAuthor());
			var changeset = find(stored);
			if (wanted.test(stored) || changeset.map(ParsedChangelog::id).filter(wanted).isPresent()) {
				rows.add(row(row, stored, changeset));
			}
		}
		return rows;
	}

	/**
	 * The row of a changeset that we deployed ourselves, under the name of today. Its
	 * columns are named with their types: a changeset may widen them, and the question
	 * may be prepared.
	 */
	Optional<Row> row(ChangesetId id) throws SQLException {
		try (var find = this.session.connection.prepareStatement(
				"select filename::text, md5sum::text, orderexecuted::int, exectype::text, deployment_id::text from databasechangelog "
						+ "where id = ? and author = ? order by orderexecuted desc")) {
			find.setString(1, id.id());
			find.setString(2, id.author());
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					var file = rows.getString(1);
					if (DatabaseChangeLog.normalizePath(file).equals(id.file())) {
						var ran = new RanChangeSet(id.file(), id.id(), id.author(), CheckSum.parse(rows.getString(2)),
								null, null, ChangeSet.ExecType.valueOf(rows.getString(4)), null, null, null, null,
								rows.getString(5), file);
						ran.setOrderExecuted(rows.getInt(3));
						return Optional.of(row(ran, id, this.session.parsed.find(id)));
					}
				}
			}
		}
		return Optional.empty();
	}

	private Row row(RanChangeSet ran, ChangesetId stored, Optional<ChangeSet> changeset) throws SQLException {
		var entry = this.journaled ? this.session.journal.deployment(stored) : Optional.<Journal.Entry>empty();
		var checksum = ran.getLastCheckSum();
		var deployed = new Deployed(changeset.map(ParsedChangelog::id).orElse(stored), ran.getStoredChangeLog(),
				(ran.getOrderExecuted() != null) ? ran.getOrderExecuted() : 0, ran.getDeploymentId(),
				ran.getExecType() != ChangeSet.ExecType.MARK_RAN, (checksum != null) ? checksum.toString() : null,
				entry.map(Journal.Entry::release).orElse(null), entry.map(Journal.Entry::run).orElse(0L));
		return new Row(deployed, ran, changeset, entry, this.journaled);
	}

	/** By its file, or, should that have moved, by id and author if they are unique. */
	private Optional<ChangeSet> find(ChangesetId stored) {
		var exact = this.session.parsed.find(stored);
		if (exact.isPresent()) {
			return exact;
		}
		var moved = this.session.parsed.all()
			.stream()
			.filter((changeset) -> ParsedChangelog.id(changeset).sameButForFile(stored))
			.toList();
		return (moved.size() == 1) ? Optional.of(moved.get(0)) : Optional.empty();
	}

}
