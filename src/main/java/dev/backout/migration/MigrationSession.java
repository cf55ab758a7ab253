package dev.backout.migration;

import java.sql.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Work on one database with one changelog, over one connection that nobody else uses. It
 * holds the database's locks from {@link #open} to {@link #close} and is used by one
 * thread. The connection may be of a pool of one or of {@code DriverManager}; it is given
 * back in the state it came in, but is not closed.
 */
public interface MigrationSession extends AutoCloseable {

	/**
	 * Takes the locks; finishes nothing and changes nothing yet.
	 * @throws TargetLocked when somebody else works here and did not finish in time
	 * @throws BrokenChangelog when the changelog cannot be read
	 */
	static MigrationSession open(Connection connection, ChangelogSource changelog, MigrationOptions options) {
		return LiquibaseSession.open(connection, changelog, options);
	}

	/** All changesets of the changelog, in its order. */
	List<Changeset> changesets();

	/** Those that an update would run now, in the order in which it would. */
	List<Changeset> pending();

	/** What the database says was deployed, in the order in which it was. */
	List<Deployed> history();

	/** Changesets without a transaction that were cut short on their way forward. */
	List<ChangesetId> interrupted();

	/**
	 * Applies these, in the changelog's order; those that are there already are left
	 * alone. Each is one transaction with its history and journal rows, or resumable
	 * statement by statement when it asks for none.
	 * @throws ApplyRefused before anything is touched
	 * @throws NoRoom likewise, when the copies that it takes do not fit
	 */
	Outcome apply(Collection<ChangesetId> changesets);

	/**
	 * What keeping what these destroy takes on the server's disk, as the tables are now:
	 * an estimate, nothing touched.
	 */
	StashEstimate stash(Collection<ChangesetId> changesets);

	/**
	 * What undoing these would take: last deployed first, nothing touched. Those that are
	 * not deployed (any more) are left out.
	 */
	default Reversal plan(Collection<ChangesetId> changesets) {
		return plan(changesets, Map.of());
	}

	/**
	 * Like {@link #plan(Collection)}.
	 * @param newRows for a dropped column, as {@code table.column}: the SQL expression
	 * that gives its value to rows which were inserted meanwhile
	 */
	Reversal plan(Collection<ChangesetId> changesets, Map<String, String> newRows);

	/**
	 * Undoes what was planned, in the planned order.
	 * @throws IrreversibleChange before anything is touched, naming every problem
	 * @throws NoRoom likewise, when what is to be given back does not fit
	 */
	Outcome revert(Reversal reversal);

	@Override
	void close();

}
