package dev.backout.demo;

import dev.backout.catalog.Releases;
import dev.backout.check.Baselines;
import dev.backout.flag.Flags;
import dev.backout.kernel.Checks;
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

	private final Flags flags;

	private final Epochs epochs;

	private final Baselines baselines;

	DemoReleases(Releases releases, Migrations migrations, Flags flags, Epochs epochs, Baselines baselines) {
		this.releases = releases;
		this.migrations = migrations;
		this.flags = flags;
		this.epochs = epochs;
		this.baselines = baselines;
	}

	/** Keeps what the shop is before a release, to compare with after its rollback. */
	void recordEpoch(String id) {
		var release = this.releases.get(id);
		this.epochs.record(release, "system");
		this.baselines.record(release.target(), Epochs.before(id), "system");
	}

	/** Switches all flags of a release. */
	void switchFlags(String release, boolean on) {
		for (var flag : this.flags.ofRelease(release)) {
			var toggle = this.flags.turn(flag.key(), on, "system", DemoTarget.NAME);
			Checks.check(toggle.done(), () -> "Flag '%s' of the demo: %s".formatted(flag.key(), toggle.reason()));
		}
	}

	/** Does nothing if the release is deployed. */
	void deploy(String release) {
		this.migrations.apply(DemoTarget.NAME, release, "demo", MigrationListener.NONE);
	}

}
