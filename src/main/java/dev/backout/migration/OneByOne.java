package dev.backout.migration;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import liquibase.RuntimeEnvironment;
import liquibase.Scope;
import liquibase.exception.LiquibaseException;
import org.jspecify.annotations.Nullable;

/**
 * Takes single changesets there and back in a database that nobody else works on: what
 * was checked once stays true, so the history is not read anew for each. The changeset
 * itself runs through the same code as in earnest.
 */
final class OneByOne {

	private final LiquibaseSession session;

	private final Applying applying;

	private final Reversing reversing;

	private final Applying.Visitor visitor;

	private @Nullable RuntimeException refused;

	OneByOne(LiquibaseSession session) {
		this.session = session;
		this.applying = new Applying(session);
		this.reversing = new Reversing(session);
		this.visitor = session.doing(this::prepared);
	}

	private Applying.Visitor prepared() throws LiquibaseException, SQLException {
		this.session.prepare();
		try {
			this.applying.preflight(List.of());
		}
		catch (RuntimeException ex) {
			this.refused = ex;
		}
		this.applying.unobserved();
		return this.applying.everything();
	}

	/** What the database has already. */
	List<Deployed> history() {
		return this.session.history();
	}

	/**
	 * Applies one that is not there yet. What it made is not told in the journal: nobody
	 * asks a clone for what depends on what.
	 */
	void apply(ChangesetId id) {
		if (this.refused != null) {
			throw this.refused;
		}
		var changeset = this.session.parsed.find(id).orElseThrow();
		this.session.doing(() -> {
			inside(changeset,
					() -> this.visitor.visit(changeset, this.session.parsed.log(), this.session.database, Set.of()));
			return null;
		});
	}

	/**
	 * Reverts one that was applied here.
	 * @return why it cannot go back, with nothing changed; empty when it did
	 */
	Optional<String> revert(ChangesetId id) {
		return this.session.doing(() -> {
			var found = new History(this.session).row(id);
			if (found.isEmpty()) {
				// Its preconditions left it out: nothing of it is there.
				this.session.connection.rollback();
				return Optional.<String>empty();
			}
			var row = found.get();
			var step = this.reversing.step(row, Map.of());
			if (step.problem() != null) {
				this.session.connection.rollback();
				return Optional.of(step.problem());
			}
			inside(null, () -> Attempts.of(this.session).run(id, () -> {
				this.reversing.once(step, row);
				return null;
			}));
			return Optional.<String>empty();
		});
	}

	/** Tables and the like that are this session's alone. */
	Set<String> ofTheSession() {
		return this.session.doing(() -> {
			var found = new TreeSet<String>();
			try (var statement = this.session.connection.createStatement();
					var rows = statement.executeQuery(
							"""
									select pg_catalog.format('%s pg_temp.%I', case relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, relname)
									from pg_catalog.pg_class where relnamespace = pg_catalog.pg_my_temp_schema() and relkind in ('r', 'p', 'v', 'S')""")) {
				while (rows.next()) {
					found.add(rows.getString(1));
				}
			}
			this.session.connection.rollback();
			return found;
		});
	}

	/** Drops those of them that came since: in earnest they go with the session. */
	void leaveOfTheSession(Set<String> former) {
		var since = ofTheSession();
		since.removeAll(former);
		this.session.doing(() -> {
			try (var statement = this.session.connection.createStatement()) {
				for (var one : since) {
					statement.execute("drop %s cascade".formatted(one.replaceFirst(" ", " if exists ")));
				}
			}
			this.session.connection.commit();
			return null;
		});
	}

	private void inside(liquibase.changelog.@Nullable ChangeSet changeset, Work work)
			throws LiquibaseException, SQLException {
		var log = this.session.parsed.log();
		log.setRuntimeEnvironment(
				new RuntimeEnvironment(this.session.database, this.session.contexts(), this.session.labels()));
		var values = new HashMap<String, Object>();
		values.put(Scope.Attr.databaseChangeLog.name(), log);
		values.put(Scope.Attr.database.name(), this.session.database);
		if (changeset != null) {
			values.put(Scope.Attr.changeSet.name(), changeset);
		}
		var done = false;
		try {
			Scope.child(values, work::run);
			done = true;
		}
		catch (LiquibaseException | SQLException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new LiquibaseException(ex.getMessage(), ex);
		}
		finally {
			log.setRuntimeEnvironment(null);
			if (!done) {
				this.session.liquibaseHistory().reset();
			}
		}
	}

	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

}
