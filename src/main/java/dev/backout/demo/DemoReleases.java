package dev.backout.demo;

import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.check.Baselines;
import dev.backout.migration.ChangelogSource;
import dev.backout.migration.Changeset;
import dev.backout.migration.MigrationOptions;
import dev.backout.migration.MigrationSession;
import dev.backout.plan.Epochs;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Deploys the shop's releases, as a deployment would. */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoReleases {

	private final Releases releases;

	private final DemoTarget shop;

	private final Epochs epochs;

	private final Baselines baselines;

	DemoReleases(Releases releases, DemoTarget shop, Epochs epochs, Baselines baselines) {
		this.releases = releases;
		this.shop = shop;
		this.epochs = epochs;
		this.baselines = baselines;
	}

	/** Keeps what the shop is before a release, to compare with after its rollback. */
	void recordEpoch(String id) {
		var release = this.releases.get(id);
		this.epochs.record(release, "system");
		this.baselines.record(release.target(), Epochs.before(id), "system");
	}

	/** Does nothing if the release is deployed. */
	void deploy(String id) throws SQLException {
		var release = this.releases.get(id);
		try (var connection = this.shop.target().open("deploy")) {
			for (var component : release.components()) {
				var changelog = component.component().changelog();
				var source = new ChangelogSource(changelog.root(), changelog.file(),
						String.join(",", component.contexts()), "", Map.of());
				try (var session = MigrationSession.open(connection, source,
						MigrationOptions.of("demo").ownedBy("demo").forRelease(id))) {
					session.apply(session.pending()
						.stream()
						.filter((changeset) -> includes(component, changeset))
						.map(Changeset::id)
						.toList());
				}
			}
		}
	}

	private static boolean includes(ReleaseComponent component, Changeset changeset) {
		return component.selection()
			.includes(changeset.id().file(), changeset.id().author(), changeset.id().id(), labels(changeset));
	}

	private static Set<String> labels(Changeset changeset) {
		return Stream.of(changeset.labels().split(",")).map(String::strip).collect(Collectors.toSet());
	}

}
