package dev.backout.watch;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.backout.kernel.News;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.watch.ReleaseHealth.Status;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Measures triggers, keeps what they say, and tells when a release changes. */
@Component
class Watch implements Health {

	private final TriggerFiles triggers;

	private final Gauge gauge;

	private final WatchStore store;

	private final Deployments deployments;

	private final Around around;

	Watch(TriggerFiles triggers, Gauge gauge, WatchStore store, Deployments deployments, Around around) {
		this.triggers = triggers;
		this.gauge = gauge;
		this.store = store;
		this.deployments = deployments;
		this.around = around;
	}

	/** What a measurement needs besides figures. */
	@Component
	record Around(TransactionTemplate transactions, Ledger ledger, ApplicationEventPublisher events, News news,
			Clock clock, WatchProperties properties) {
	}

	@Override
	public ReleaseHealth of(String release) {
		var states = this.triggers.all()
			.stream()
			.filter((trigger) -> trigger.release().equals(release))
			.map(this::state)
			.sorted(Comparator.comparing(TriggerState::status))
			.toList();
		if (states.isEmpty()) {
			return new ReleaseHealth(release, Status.UNKNOWN, null, states);
		}
		var status = states.get(0).status();
		var since = states.stream()
			.filter((state) -> state.status() == status)
			.map(TriggerState::since)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
		return new ReleaseHealth(release, status, since, states);
	}

	@Override
	public List<ReleaseHealth> unhealthy() {
		var releases = new LinkedHashSet<String>();
		this.triggers.all().forEach((trigger) -> releases.add(trigger.release()));
		return releases.stream()
			.map(this::of)
			.filter((health) -> health.status() == Status.UNHEALTHY)
			.sorted(Comparator.comparing(ReleaseHealth::since, Comparator.nullsLast(Comparator.naturalOrder())))
			.toList();
	}

	@Override
	public ReleaseHealth measure(String release) {
		var own = this.triggers.all().stream().filter((trigger) -> trigger.release().equals(release)).toList();
		var deployed = own.isEmpty() || this.deployments.deployed(release);
		own.forEach((trigger) -> measure(trigger, deployed));
		return of(release);
	}

	/** Measures what is due, on whichever node asks first. */
	void measureDue() {
		for (var trigger : this.triggers.all()) {
			if (this.store.claim(trigger, this.around.clock().instant())) {
				measure(trigger, this.deployments.deployed(trigger.release()));
			}
		}
	}

	/** Measures without keeping anything. */
	@Override
	public List<Sample> dryRun(String release, String trigger) {
		return this.gauge.measure(named(release, trigger));
	}

	@Override
	public Replay replay(String release, String trigger, Duration back, double limit, int consecutive) {
		return Replay.of(samples(release, trigger, back), limit, consecutive);
	}

	@Override
	public List<Sample> samples(String release, String trigger, Duration back) {
		named(release, trigger);
		return this.store.samples(release, trigger, this.around.clock().instant().minus(back));
	}

	void forget() {
		this.store.forget(this.around.clock().instant().minus(this.around.properties().keep()));
	}

	private void measure(Watched trigger, boolean deployed) {
		var samples = deployed ? this.gauge.measure(trigger) : List.<Sample>of();
		this.around.transactions().executeWithoutResult((status) -> {
			var before = of(trigger.release());
			var standing = this.store.lock(trigger);
			var course = deployed ? standing.course() : Course.START;
			for (var sample : samples) {
				if (this.store.add(trigger, sample)) {
					course = course.after(sample, trigger.consecutive());
				}
			}
			this.store.save(trigger, new WatchStore.Standing(deployed, course));
			tell(before, of(trigger.release()), trigger);
		});
	}

	private void tell(ReleaseHealth before, ReleaseHealth now, Watched trigger) {
		if (before.status() == now.status()) {
			return;
		}
		this.around.ledger()
			.append(Deed.of("watch.health-changed", "system", now.release(), Map.of("from", before.status().name(),
					"to", now.status().name(), "trigger", trigger.id(), "evidence", now.summary())));
		this.around.news().tell(NEWS, now.release());
		this.around.events().publishEvent(new HealthChanged(now, before.status()));
	}

	private TriggerState state(Watched trigger) {
		var standing = this.store.standing(trigger).orElse(new WatchStore.Standing(false, Course.START));
		var last = this.store.last(trigger).orElse(null);
		var course = standing.course();
		return new TriggerState(trigger.id(), trigger.title(), trigger.unit(), trigger.limit(), trigger.consecutive(),
				course.status(), course.since(), last, course.failing(), summary(trigger, standing, last));
	}

	private static String summary(Watched trigger, WatchStore.Standing standing,
			@org.jspecify.annotations.Nullable Sample last) {
		if (!standing.deployed()) {
			return "%s: not deployed".formatted(trigger.title());
		}
		if (last == null) {
			return "%s: not measured yet".formatted(trigger.title());
		}
		var course = standing.course();
		if (course.status() == Status.UNHEALTHY) {
			return (last.result() == Sample.Result.FAIL)
					? "%s, %d times in a row since %s".formatted(last.evidence(), course.failing(),
							Times.of(course.since()))
					: "%s; unhealthy since %s".formatted(last.evidence(), Times.of(course.since()));
		}
		return last.evidence();
	}

	private Watched named(String release, String trigger) {
		return this.triggers.all()
			.stream()
			.filter((candidate) -> candidate.release().equals(release) && candidate.id().equals(trigger))
			.findFirst()
			.orElseThrow(() -> new Rejected("trigger.unknown",
					"Release '%s' has no trigger '%s'".formatted(release, trigger)));
	}

}
