package dev.backout.check;

import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Suites by version: every one that was ever used is kept, so that a release is checked
 * by what was agreed when it was deployed, whatever the files say by now.
 */
@Component
class Editions {

	private final JdbcClient jdbc;

	private final Suites suites;

	private final Clock clock;

	Editions(JdbcClient jdbc, Suites suites, Clock clock) {
		this.jdbc = jdbc;
		this.suites = suites;
		this.clock = clock;
	}

	/** The names and versions of all suites as they are now; keeps them. */
	Map<String, Integer> current() {
		var versions = new TreeMap<String, Integer>();
		for (var suite : this.suites.all()) {
			keep(suite);
			versions.put(suite.name(), suite.version());
		}
		return versions;
	}

	/**
	 * The suite that the name asks for: {@code shop@3} is version 3, {@code shop} the one
	 * that the state before the release was recorded with, or the newest.
	 * @param pinned versions of the release, by suite
	 * @throws Rejected {@code check-suite.unknown}, {@code check-suite.same-version} if a
	 * version was changed after it was used
	 */
	Suite of(String name, Map<String, Integer> pinned) {
		var at = name.indexOf('@');
		if (at > 0) {
			return version(name.substring(0, at), number(name, name.substring(at + 1)));
		}
		var version = pinned.get(name);
		return (version != null) ? version(name, version) : keep(this.suites.named(name));
	}

	/** As {@link Suites#demandOwners}; one of an earlier day keeps the owners it had. */
	void demandOwners(Suite suite) {
		this.suites.demandOwners(suite);
	}

	private Suite version(String name, int version) {
		var current = this.suites.readings()
			.suites()
			.stream()
			.filter((suite) -> suite.name().equals(name) && suite.version() == version)
			.findFirst();
		if (current.isPresent()) {
			return keep(current.get());
		}
		var text = kept(name, version, "text");
		if (text == null) {
			throw new Rejected("check-suite.unknown",
					"Version %d of check suite '%s' is not in the catalogue and was never used".formatted(version,
							name));
		}
		return this.suites.read("%s@%d".formatted(name, version), text);
	}

	private Suite keep(Suite suite) {
		this.jdbc.sql("""
				insert into backout.check_suite (name, version, digest, text, seen_at)
				values (:name, :version, :digest, :text, :now) on conflict do nothing""")
			.param("name", suite.name())
			.param("version", suite.version())
			.param("digest", suite.digest())
			.param("text", suite.text())
			.param("now", Json.time(this.clock.instant()))
			.update();
		if (!suite.digest().equals(kept(suite.name(), suite.version(), "digest"))) {
			throw new Rejected("check-suite.same-version",
					"Suite '%s' was changed, but is still version %d, which was used before: count its version up"
						.formatted(suite.name(), suite.version()));
		}
		return suite;
	}

	/** The column is ours, never from outside. */
	private @Nullable String kept(String name, int version, String column) {
		return this.jdbc
			.sql("select %s from backout.check_suite where name = :name and version = :version".formatted(column))
			.param("name", name)
			.param("version", version)
			.query(String.class)
			.optional()
			.orElse(null);
	}

	private static int number(String name, String text) {
		if (!text.matches("[1-9][0-9]{0,8}")) {
			throw new Rejected("check-suite.unknown",
					"'%s' names no version of a suite: write it as shop@3".formatted(name));
		}
		return Integer.parseInt(text);
	}

}
