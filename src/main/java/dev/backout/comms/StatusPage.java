package dev.backout.comms;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.backout.catalog.Product;
import dev.backout.catalog.Releases;
import dev.backout.comms.StatusView.Component;
import dev.backout.comms.StatusView.Incident;
import dev.backout.comms.StatusView.Maintenance;
import dev.backout.kernel.Rejected;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.support.TransactionTemplate;

/** What everybody may see without a log-in, and how it comes there. */
@org.springframework.stereotype.Component
public class StatusPage {

	private static final int DAYS = 90;

	private static final Duration PAST = Duration.ofDays(14);

	private final TransactionTemplate transaction;

	private final StatusTable table;

	private final StatusNews news;

	private final Releases releases;

	private final Clock clock;

	StatusPage(TransactionTemplate transaction, StatusTable table, StatusNews news, Releases releases, Clock clock) {
		this.transaction = transaction;
		this.table = table;
		this.news = news;
		this.releases = releases;
		this.clock = clock;
	}

	/** The page as of now. */
	public StatusView view() {
		var now = this.clock.instant();
		var components = this.table.components(DAYS, now);
		var overall = components.stream()
			.map(Component::status)
			.max(Comparator.naturalOrder())
			.orElse(ComponentStatus.OPERATIONAL);
		return new StatusView(overall, components, this.table.active(), this.table.planned(),
				this.table.resolvedSince(now.minus(PAST)), now);
	}

	/** One incident with all its updates. */
	public Optional<Incident> incident(UUID id) {
		return this.table.find(id);
	}

	/** The incident of a run. */
	public Optional<Incident> incidentOf(String run) {
		return this.table.of(run);
	}

	/**
	 * Posts an update; opens the run's incident with the first. Subscribers hear of it.
	 */
	public void post(StatusPost post, String by) {
		this.transaction.executeWithoutResult((status) -> {
			var now = this.clock.instant();
			var incident = this.table.incident(post, now);
			if (this.table.update(incident, post, by, now)) {
				var affected = this.table.componentsOf(incident);
				affected.forEach((component) -> show(component, incident, post, now));
				this.news.posted(this.table.find(incident).orElseThrow(), affected, post, by);
			}
		});
	}

	private void show(String component, UUID incident, StatusPost post, Instant now) {
		var shown = (post.componentStatus() != null) ? post.componentStatus() : post.status().shows();
		if (shown != ComponentStatus.OPERATIONAL || !this.table.heldByAnother(component, incident)) {
			this.table.show(component, shown, now);
		}
	}

	/** Announces a maintenance. */
	public UUID schedule(Maintenance maintenance, String by) {
		return this.transaction.execute((status) -> {
			var id = this.table.schedule(maintenance);
			this.news.noted("maintenance.scheduled", id, Map.of("title", maintenance.title()), by);
			return id;
		});
	}

	/** Moves a maintenance on; its components show it while it lasts. */
	public void move(UUID maintenance, MaintenanceStatus to, String by) {
		this.transaction.executeWithoutResult((status) -> {
			if (this.table.move(maintenance, to) == 0) {
				throw new Rejected("status.unknown-maintenance", "There is no maintenance " + maintenance);
			}
			var underWay = to == MaintenanceStatus.IN_PROGRESS || to == MaintenanceStatus.VERIFYING;
			var shown = underWay ? ComponentStatus.UNDER_MAINTENANCE : ComponentStatus.OPERATIONAL;
			this.table.maintained(maintenance)
				.forEach((component) -> this.table.show(component, shown, this.clock.instant()));
			this.news.noted("maintenance.moved", maintenance, Map.of("status", to.name()), by);
		});
	}

	/** The page knows the catalogue's components before anything goes wrong. */
	@EventListener(ApplicationReadyEvent.class)
	public void knowComponents() {
		this.transaction.executeWithoutResult((status) -> {
			int place = 0;
			for (Product product : this.releases.products()) {
				for (var component : product.components()) {
					this.table.component(id(product, component.id()), component.name(), place++, this.clock.instant());
				}
			}
		});
	}

	static String id(Product product, String component) {
		return product.id() + "." + component;
	}

}
