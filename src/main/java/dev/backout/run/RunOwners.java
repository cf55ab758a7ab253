package dev.backout.run;

import java.util.Map;

import dev.backout.catalog.Owners;
import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Whom a run asks and what it checks, as the release's manifest says when the run starts:
 * a manifest that changes meanwhile changes no run.
 */
@Component
class RunOwners {

	private final ObjectProvider<Releases> releases;

	RunOwners(ObjectProvider<Releases> releases) {
		this.releases = releases;
	}

	/**
	 * The variables that playbooks name rotations and the suite by. A release that is in
	 * no catalogue has the default owners, and no suite.
	 */
	Map<String, String> of(String release) {
		try {
			var manifest = this.releases.getIfAvailable();
			return (manifest != null) ? variables(manifest.get(release)) : variables(Owners.DEFAULT, "");
		}
		catch (Rejected ex) {
			return variables(Owners.DEFAULT, "");
		}
	}

	private static Map<String, String> variables(Release release) {
		return variables(release.owners(), release.checks());
	}

	private static Map<String, String> variables(Owners owners, String suite) {
		return Map.of("commanderRotation", owners.commander(), "communicationsRotation", owners.communications(),
				"reviewRotation", owners.review(), "suite", suite);
	}

}
