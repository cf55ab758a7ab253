package dev.backout.demo;

import dev.backout.catalog.Releases;
import dev.backout.check.Baselines;
import dev.backout.migration.MigrationListener;
import dev.backout.migration.Migrations;
import dev.backout.plan.Epochs;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Deploys the shop's releases, as a deployment would. */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoReleases {

	private final Releases releases;

	private final Migrations migrations;

	private final Epochs epochs;

	private final Baselines baselines;

	DemoReleases(Releases releases, Migrations migrations, Epochs epochs, Baselines baselines) {
		this.releases = releases;
		this.migrations = migrations;
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
	void deploy(String release) {
		this.migrations.apply(DemoTarget.NAME, release, "demo", MigrationListener.NONE);
	}

}
