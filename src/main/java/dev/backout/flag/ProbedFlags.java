package dev.backout.flag;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.backout.catalog.Releases;
import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Targets;
import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Flags in our database, declared in files, changed only with a look before and after.
 */
@Component
class ProbedFlags implements Flags, SmartInitializingSingleton {

	private static final int TRIES = 5;

	private final FlagStore store;

	private final Declarations declarations;

	private final HealthProbe health;

	private final Around around;

	private final Clock clock;

	ProbedFlags(FlagStore store, Declarations declarations, HealthProbe health, Around around, Clock clock) {
		this.store = store;
		this.declarations = declarations;
		this.health = health;
		this.around = around;
		this.clock = clock;
	}

	/** What flags refer to: releases and databases. */
	@Component
	record Around(Releases releases, Targets targets) {
	}

	/** Takes over what the files say now. */
	@Override
	public void afterSingletonsInstantiated() {
		this.declarations.read().values().forEach((declared) -> this.store.declare(declared, this.clock.instant()));
	}

	@Override
	public List<Flag> all() {
		return this.store.all();
	}

	@Override
	public Optional<Flag> find(String key) {
		return this.store.find(key);
	}

	@Override
	public List<Flag> ofRelease(String release) {
		return this.around.releases().get(release).flags().stream().map(this::known).toList();
	}

	@Override
	public Toggle turn(String key, boolean on, String actor, String subject) {
		return change(key, on, null, actor, subject);
	}

	@Override
	public Toggle ramp(String key, int percentage, String actor, String subject) {
		Checks.check(percentage >= 0 && percentage <= 100,
				() -> "A percentage is from 0 to 100, was %d".formatted(percentage));
		return change(key, true, percentage, actor, subject);
	}

	@Override
	public Evaluation evaluate(String key, @Nullable String targetingKey) {
		var flag = known(key);
		if (flag.stage() == Stage.ARCHIVED || flag.stage() == Stage.PLANNED) {
			return new Evaluation(key, false, "off", "DISABLED");
		}
		if (!flag.on() || flag.percentage() == 0 || flag.percentage() == 100) {
			var value = flag.on() && flag.percentage() == 100;
			return new Evaluation(key, value, value ? "on" : "off", "STATIC");
		}
		if (targetingKey == null || targetingKey.isBlank()) {
			throw new Rejected("flag.targeting-key-missing",
					"Flag '%s' is on for %d%%: say for whom with 'targetingKey'".formatted(key, flag.percentage()));
		}
		var value = Buckets.includes(key, targetingKey, flag.percentage());
		return new Evaluation(key, value, value ? "on" : "off", "SPLIT");
	}

	@Override
	public String revision() {
		return this.store.revision();
	}

	@Override
	public List<Toggle> history(String key, int limit) {
		return this.store.history(known(key).key(), limit);
	}

	private Flag known(String key) {
		return this.store.find(key)
			.orElseThrow(() -> new Rejected("flag.unknown",
					"There is no flag '%s'; known are %s. Declare it in backout.flags.directory".formatted(key,
							this.store.all().stream().map(Flag::key).toList())));
	}

	/**
	 * Looks before it acts: a toggle that a crash cut short is probed to its end, one
	 * that is done already is left alone.
	 */
	private Toggle change(String key, boolean on, @Nullable Integer wanted, String actor, String subject) {
		var declared = declared(key);
		for (int attempt = 0; attempt < TRIES; attempt++) {
			var flag = known(key);
			var percentage = (wanted != null) ? wanted : flag.percentage();
			if (flag.on() == on && flag.percentage() == percentage) {
				var pending = this.store.pending(key);
				return pending.isPresent() ? probed(declared, pending.get())
						: toggle(key, actor, on, percentage, Toggle.Result.UNCHANGED, "It was so already");
			}
			requireLegal(flag, on);
			var before = this.health.look(declared);
			if (!before.healthy() && more(flag, on, percentage)) {
				return toggle(key, actor, on, percentage, Toggle.Result.REFUSED,
						"It was unhealthy before: " + before.seen());
			}
			var begun = this.store.begin(flag, on, percentage, before, actor, subject, this.clock.instant());
			if (begun.isPresent()) {
				return probed(declared, begun.get());
			}
		}
		throw new Rejected("flag.busy", "Flag '%s' is being changed by others; try again".formatted(key));
	}

	private Toggle probed(Declaration declared, FlagStore.Pending pending) {
		var after = this.health.settle(declared);
		var kept = after.noWorseThan(pending.before());
		var result = kept ? Toggle.Result.CHANGED : Toggle.Result.REVERTED;
		var reason = after.healthy() ? "Healthy afterwards: " + after.seen()
				: kept ? "Unhealthy before and afterwards: " + after.seen() : "Unhealthy afterwards: " + after.seen();
		this.store.end(pending, result, reason, this.clock.instant());
		return toggle(pending.flag(), pending.actor(), pending.on(), pending.percentage(), result, reason);
	}

	/** Whether more people get the flag than before. */
	private static boolean more(Flag flag, boolean on, int percentage) {
		return on && (!flag.on() || percentage > flag.percentage());
	}

	private Toggle toggle(String key, String actor, boolean on, int percentage, Toggle.Result result, String reason) {
		return new Toggle(key, this.clock.instant(), actor, on, percentage, result, reason);
	}

	private Declaration declared(String key) {
		var declared = this.declarations.read().get(key);
		if (declared == null) {
			known(key);
			throw new Rejected("flag.undeclared",
					"Flag '%s' is no longer declared in any file; put it back or archive it".formatted(key));
		}
		return declared;
	}

	/** A flag must not be on over a schema that does not have what its code needs. */
	private void requireLegal(Flag flag, boolean on) {
		if (flag.stage() == Stage.ARCHIVED || flag.stage() == Stage.PLANNED) {
			throw new Rejected("flag.archived", "Flag '%s' is %s and cannot be changed".formatted(flag.key(),
					flag.stage().name().toLowerCase(java.util.Locale.ROOT)));
		}
		if (on && !flag.changesets().isEmpty()) {
			var missing = new HashSet<>(flag.changesets());
			missing.removeAll(applied(String.valueOf(flag.target())));
			if (!missing.isEmpty()) {
				throw new Rejected("flag.illegal-pair",
						"Flag '%s' needs changesets that are not applied to '%s': %s. Deploy them first"
							.formatted(flag.key(), flag.target(), String.join(", ", missing)));
			}
		}
	}

	private Set<String> applied(String target) {
		try {
			var answer = ReadOnlyQuery.ask(this.around.targets().named(target),
					"select author || ':' || id from databasechangelog", Duration.ofSeconds(10), 100_000);
			var applied = new HashSet<String>();
			answer.rows().forEach((row) -> applied.add(String.valueOf(row.get(0))));
			return applied;
		}
		catch (SQLException ex) {
			if ("42P01".equals(ex.getSQLState())) {
				return Set.of();
			}
			throw new Rejected("flag.illegal-pair",
					"What is applied to '%s' cannot be read: %s".formatted(target, ReadOnlyQuery.reason(ex)));
		}
	}

}
