package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import org.jspecify.annotations.Nullable;

/**
 * Proves the changesets of a release in a clone, component by component. Where the clone
 * has the release already, it is undone there first.
 */
final class ReleaseProver {

	private static final Duration TIME_BOX = Duration.ofMinutes(30);

	private final Releases releases;

	private final Release release;

	private final Target clone;

	private final boolean madeUp;

	private @Nullable String note;

	/**
	 * @param madeUp whether the clone is empty, so that rows have to be made up
	 */
	ReleaseProver(Releases releases, Release release, Target clone, boolean madeUp) {
		this.releases = releases;
		this.release = release;
		this.clone = clone;
		this.madeUp = madeUp;
	}

	/** What else is to be known of the proof. */
	@Nullable String note() {
		return this.note;
	}

	List<ReleaseProof.Proven> prove(Consumer<ProofProgress> heard) {
		if (!this.madeUp) {
			prepare();
		}
		var proven = new ArrayList<ReleaseProof.Proven>();
		for (var component : this.release.components()) {
			var source = Migrations.source(component);
			var runs = Inspector.texts(source).keySet();
			var chosen = Migrations.selected(component, changesets(source)).stream().filter(runs::contains).toList();
			if (!chosen.isEmpty()) {
				Prover.prove(source, this.clone, options(chosen, heard))
					.changesets()
					.forEach((verdict) -> proven
						.add(new ReleaseProof.Proven(component.component().id(), verdict, false)));
			}
		}
		return proven;
	}

	private ProofOptions options(List<ChangesetId> chosen, Consumer<ProofProgress> heard) {
		var options = ProofOptions.DEFAULT.range(chosen.get(0), chosen.get(chosen.size() - 1))
			.only(new HashSet<>(chosen))
			.within(TIME_BOX)
			.heardBy(heard);
		return this.madeUp ? options : options.withoutGeneratedRows();
	}

	private static List<Changeset> changesets(ChangelogSource source) {
		return ParsedChangelog.parse(source)
			.changesets()
			.stream()
			.filter((changeset) -> !changeset.runAlways())
			.toList();
	}

	private void prepare() {
		try (var connection = this.clone.open("proof")) {
			unlock(connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The clone '%s' failed".formatted(this.clone.database()), ex);
		}
		try {
			Migrations.of(Targets.of(this.clone), this.releases)
				.revert(this.clone.name(), this.release.id(), "proof", MigrationListener.NONE);
		}
		catch (IrreversibleChange | ApplyRefused ex) {
			this.note = "The release is deployed in the data at hand and cannot be undone there: " + ex.reason();
		}
	}

	/** Whoever held it when the backup was taken is not here. */
	private static void unlock(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute(
					"""
							do $$ begin
								if to_regclass('databasechangeloglock') is not null then
									update databasechangeloglock set locked = false, lockgranted = null, lockedby = null where locked;
								end if;
							end $$""");
		}
	}

	/** What a proof of this component stands on now, by changeset. */
	static Map<ChangesetId, String> texts(ReleaseComponent component) {
		return Inspector.texts(Migrations.source(component));
	}

}
