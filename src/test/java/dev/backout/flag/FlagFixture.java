package dev.backout.flag;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backout.OwnTables;
import dev.backout.TestDatabase;
import dev.backout.catalog.Changelog;
import dev.backout.catalog.Component;
import dev.backout.catalog.Owners;
import dev.backout.catalog.Product;
import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.catalog.Selection;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.HttpAccess;
import dev.backout.kernel.HttpCalls;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Flags with a database of their own, and a target to probe. */
final class FlagFixture {

	static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

	final TestDatabase own = TestDatabase.create();

	final TestDatabase database = TestDatabase.create();

	final List<Deed> deeds = new ArrayList<>();

	final Map<String, String> files = new LinkedHashMap<>();

	final FlagStore store;

	final HealthProbe health;

	final ProbedFlags flags;

	FlagFixture(String... allowedHosts) {
		var dataSource = OwnTables.in(this.own, "060-flag");
		Ledger ledger = (deed) -> {
			this.deeds.add(deed);
			return 0;
		};
		var targets = Targets.of(new Target("shop", this.database.url(), "postgres", Secret.of("postgres")));
		this.store = new FlagStore(JdbcClient.create(dataSource),
				new TransactionTemplate(new JdbcTransactionManager(dataSource)), ledger);
		this.health = new HealthProbe(new HttpCalls(new HttpAccess(List.of(allowedHosts))), targets);
		this.flags = new ProbedFlags(this.store, new Declarations(() -> this.files), this.health,
				new ProbedFlags.Around(releases(), targets), Clock.fixed(NOW, ZoneOffset.UTC));
	}

	/** One release with the flags {@code one} and {@code two}. */
	static Releases releases() {
		var component = new Component("catalog", "Catalog", List.of(), new Changelog(java.nio.file.Path.of("."), "x"));
		var release = new Release("shop-2", new Product("shop", "Shop", "shop", List.of(component), List.of()), "2",
				"Two", null,
				List.of(new ReleaseComponent(component, new Selection(List.of(), List.of(), List.of()), List.of(),
						List.of("one", "two"), Map.of())),
				new Owners("commander", "comms-lead", "commander"), "shop", List.of(), List.of());
		return new Releases() {

			@Override
			public Release get(String id) {
				if (!id.equals(release.id())) {
					throw new Rejected("release.unknown", "There is no release '%s'".formatted(id));
				}
				return release;
			}

			@Override
			public List<Release> all() {
				return List.of(release);
			}

			@Override
			public List<Product> products() {
				return List.of(release.product());
			}

		};
	}

	/** Declares flags with these lines below each {@code owner}. */
	void declare(String key, String... lines) {
		var yaml = new StringBuilder(
				"flags:\n  - key: %s\n    title: Flag %s\n    type: release\n    owner: mira\n".formatted(key, key));
		for (var line : lines) {
			line.lines().forEach((text) -> yaml.append("    ").append(text).append('\n'));
		}
		this.files.put(key + ".yaml", yaml.toString());
		this.flags.afterSingletonsInstantiated();
	}

	Toggle turn(String key, boolean on) {
		return this.flags.turn(key, on, "mira", "run-1");
	}

}
