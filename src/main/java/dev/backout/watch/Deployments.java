package dev.backout.watch;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** Which releases are deployed, as their target's history of changesets says. */
@Component
class Deployments {

	private final Releases releases;

	private final Targets targets;

	Deployments(Releases releases, Targets targets) {
		this.releases = releases;
		this.targets = targets;
	}

	/**
	 * Whether anything of the release is deployed. Also true when the target cannot be
	 * asked, so that the trigger itself says what is wrong; and for releases that are in
	 * no catalogue.
	 */
	boolean deployed(String id) {
		var release = this.releases.all().stream().filter((candidate) -> candidate.id().equals(id)).findFirst();
		if (release.isEmpty()) {
			return true;
		}
		try {
			return ReadOnlyQuery.ask(this.targets.named(release.get().target()), """
					select filename, author, id, coalesce(labels, '') from databasechangelog
					where exectype <> 'SKIPPED'""", Duration.ofSeconds(10), 100_000)
				.rows()
				.stream()
				.anyMatch((row) -> belongs(release.get(), row));
		}
		catch (SQLException ex) {
			return !"42P01".equals(ex.getSQLState());
		}
		catch (Rejected ex) {
			return true;
		}
	}

	private static boolean belongs(Release release, List<@Nullable String> row) {
		var labels = Arrays.stream(String.valueOf(row.get(3)).split(","))
			.map(String::strip)
			.collect(Collectors.toCollection(java.util.HashSet::new));
		return release.components()
			.stream()
			.anyMatch((component) -> component.selection()
				.includes(String.valueOf(row.get(0)), String.valueOf(row.get(1)), String.valueOf(row.get(2)),
						Set.copyOf(labels)));
	}

}
