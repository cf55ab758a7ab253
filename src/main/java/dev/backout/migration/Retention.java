package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.catalog.Owners;
import dev.backout.catalog.Releases;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What migrations keep in their targets, until when, and who let go of it and why.
 * Nothing goes by itself: when its time is over somebody is asked.
 */
@Component
@EnableConfigurationProperties(RetentionProperties.class)
public class Retention {

	/** So far ahead may somebody keep something on, in one decision. */
	static final Duration LONGEST = Duration.ofDays(3660);

	private final Targets targets;

	private final KeptThings things;

	private final Ledger ledger;

	private final TransactionTemplate transaction;

	private final Clock clock;

	Retention(Targets targets, Releases releases, Ledger ledger, PlatformTransactionManager transactions, Clock clock,
			RetentionProperties properties) {
		this.targets = targets;
		this.things = new KeptThings(properties.keepFor(), (release) -> owner(releases, release));
		this.ledger = ledger;
		this.transaction = new TransactionTemplate(transactions);
		this.clock = clock;
	}

	private static String owner(Releases releases, @Nullable String release) {
		try {
			return (release != null) ? releases.get(release).owners().commander() : Owners.DEFAULT.commander();
		}
		catch (Rejected ex) {
			// A release that the catalogue no longer has.
			return Owners.DEFAULT.commander();
		}
	}

	/** What is kept in a target, the oldest first; nothing where nothing was applied. */
	public List<KeptThing> kept(String target) {
		return with(target, this.things::in);
	}

	/** One thing that is kept. */
	public KeptThing kept(String target, String name) {
		return kept(target).stream()
			.filter((thing) -> thing.name().equals(name))
			.findFirst()
			.orElseThrow(
					() -> new Rejected("kept.unknown", "Nothing named '%s' is kept in '%s'".formatted(name, target)));
	}

	/** Conflicts of one kept thing, counted by kind. */
	public List<Outcome.Tally> tallies(String target, String name) {
		return with(target, (connection) -> ConflictList.tallies(connection, name));
	}

	/** Its conflicts behind the one of this number; 0 for the first ones. */
	public List<Outcome.Conflict> conflicts(String target, String name, long after, int most) {
		return with(target, (connection) -> ConflictList.page(connection, name, after, most));
	}

	/** The thing whose time was over first, in any target that answers. */
	public Optional<Due> due() {
		Due first = null;
		var now = this.clock.instant();
		for (var target : this.targets.all()) {
			for (var thing : kept(target.name())) {
				if (thing.due(now) && (first == null || thing.until().isBefore(first.thing().until()))) {
					first = new Due(target.name(), thing);
				}
			}
		}
		return Optional.ofNullable(first);
	}

	/**
	 * Something to decide about.
	 *
	 * @param target where it is
	 * @param thing what it is
	 */
	public record Due(String target, KeptThing thing) {
	}

	/** Keeps something on. */
	public void keepOn(String target, String name, Instant until, String actor, String reason) {
		var thing = kept(target, name);
		var now = this.clock.instant();
		if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
			throw new Rejected("kept.until",
					"'%s' can be kept on until a day that is ahead, and at most ten years from now".formatted(name));
		}
		record("migration.kept-on", target, thing, actor, reason, Map.of("until", until.toString()),
				(connection) -> decide(connection, name, until, "keep", actor, reason));
	}

	/** Lets go of something for good. What needed it cannot be reverted any more. */
	public void retire(String target, String name, String actor, String reason) {
		var thing = kept(target, name);
		record("migration.retired", target, thing, actor, reason, Map.of(), (connection) -> {
			try (var lock = HistoryLock.take(connection, MigrationOptions.of("retire"))) {
				var before = Recording.beforeLettingGo(connection);
				connection.setAutoCommit(false);
				try {
					letGo(connection, target, name);
					decide(connection, name, null, "retire", actor, reason);
					connection.commit();
				}
				finally {
					connection.rollback();
					connection.setAutoCommit(true);
				}
				before.changedByUs(connection);
			}
		});
	}

	private static void letGo(Connection connection, String target, String name) throws SQLException {
		try (var retire = connection.prepareStatement("select backout.retire_stash(?)")) {
			retire.setString(1, name);
			try (var rows = retire.executeQuery()) {
				rows.next();
				if (!"retired".equals(rows.getString(1))) {
					throw new Rejected("kept.unknown",
							"Somebody else has let go of '%s' in '%s' already".formatted(name, target));
				}
			}
		}
	}

	private static void decide(Connection connection, String name, @Nullable Instant until, String what, String actor,
			String reason) throws SQLException {
		try (var update = connection.prepareStatement("""
				update backout.stash set keep_until = coalesce(?::timestamptz, keep_until), decisions = decisions
					|| jsonb_build_object('what', ?::text, 'who', ?::text, 'why', ?::text, 'at', clock_timestamp())
				where stash_id = ?""")) {
			update.setString(1, (until != null) ? until.toString() : null);
			update.setString(2, what);
			update.setString(3, actor);
			update.setString(4, reason);
			update.setString(5, name);
			update.executeUpdate();
		}
	}

	/** The ledger's entry commits when the target has done it. */
	private void record(String kind, String target, KeptThing thing, String actor, String reason,
			Map<String, String> more, Change change) {
		var parameters = new LinkedHashMap<>(more);
		parameters.put("target", target);
		parameters.put("stash", thing.name());
		parameters.put("about", thing.about());
		parameters.put("reason", reason);
		if (thing.release() != null) {
			parameters.put("release", thing.release());
		}
		this.transaction.executeWithoutResult((status) -> {
			this.ledger.append(Deed.of(kind, actor, target, parameters));
			with(target, (connection) -> {
				try (var statement = connection.createStatement()) {
					statement.execute("set lock_timeout = '3s'");
				}
				TargetLibrary.install(connection);
				change.in(connection);
				return true;
			});
		});
	}

	@FunctionalInterface
	private interface Change {

		void in(Connection connection) throws SQLException;

	}

	@FunctionalInterface
	private interface Work<T> {

		T in(Connection connection) throws SQLException;

	}

	private <T> T with(String target, Work<T> work) {
		try (var connection = this.targets.named(target).open("migration")) {
			return work.in(connection);
		}
		catch (SQLException ex) {
			if ("55P03".equals(ex.getSQLState())) {
				throw new Rejected("kept.busy",
						"Somebody works on the table in '%s' right now; try again in a moment".formatted(target));
			}
			throw new IllegalStateException("The connection to target '%s' broke off".formatted(target), ex);
		}
	}

}
