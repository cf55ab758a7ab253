package dev.backout.comms;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.comms.StatusView.Component;
import dev.backout.comms.StatusView.Incident;
import dev.backout.comms.StatusView.Maintenance;
import dev.backout.comms.StatusView.Update;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The status page as rows. */
@org.springframework.stereotype.Component
class StatusTable {

	private final JdbcClient jdbc;

	StatusTable(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	void component(String id, String name, int place, Instant now) {
		int added = this.jdbc.sql("""
				insert into backout.status_component (id, name, place) values (:id, :name, :place)
				on conflict (id) do nothing""").param("id", id).param("name", name).param("place", place).update();
		if (added == 1) {
			change(id, ComponentStatus.OPERATIONAL, now);
		}
		else {
			this.jdbc.sql("update backout.status_component set name = :name, place = :place where id = :id")
				.param("id", id)
				.param("name", name)
				.param("place", place)
				.update();
		}
	}

	void show(String component, ComponentStatus status, Instant now) {
		int changed = this.jdbc
			.sql("update backout.status_component set status = :status where id = :id and status <> :status")
			.param("id", component)
			.param("status", status.name())
			.update();
		if (changed == 1) {
			change(component, status, now);
		}
	}

	private void change(String component, ComponentStatus status, Instant now) {
		this.jdbc.sql("insert into backout.status_change (component, status, at) values (:id, :status, :now)")
			.param("id", component)
			.param("status", status.name())
			.param("now", utc(now))
			.update();
	}

	Map<String, String> names() {
		return this.jdbc.sql("select id, name from backout.status_component order by place, id")
			.query((row, number) -> Map.entry(row.getString(1), row.getString(2)))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
	}

	List<Component> components(int days, Instant now) {
		return this.jdbc.sql("select * from backout.status_component order by place, id")
			.query((row, number) -> new Component(row.getString("id"), row.getString("name"),
					ComponentStatus.valueOf(row.getString("status")),
					StatusDays.last(days, changes(row.getString("id")), now)))
			.list();
	}

	private List<StatusDays.Change> changes(String component) {
		return this.jdbc.sql("select status, at from backout.status_change where component = :id order by at, id")
			.param("id", component)
			.query((row, number) -> new StatusDays.Change(ComponentStatus.valueOf(row.getString(1)),
					row.getTimestamp(2).toInstant()))
			.list();
	}

	/** The run's incident, opened if it has none; locked until the transaction ends. */
	UUID incident(StatusPost post, Instant now) {
		this.jdbc.sql("""
				insert into backout.status_incident (run, title, impact, status, components, started_at)
				values (:run, :title, 'minor', :status, :components, :now) on conflict (run) do nothing""")
			.param("run", post.run())
			.param("title", post.title())
			.param("status", post.status().name())
			.param("components", post.components().toArray(String[]::new))
			.param("now", utc(now))
			.update();
		return this.jdbc.sql("select id from backout.status_incident where run = :run for update")
			.param("run", post.run())
			.query(UUID.class)
			.single();
	}

	/** Adds the update, unless it is there already. */
	boolean update(UUID incident, StatusPost post, String by, Instant now) {
		int added = this.jdbc.sql("""
				insert into backout.status_update (key, incident, status, text, at, posted_by)
				values (:key, :incident, :status, :text, :now, :by) on conflict (key) do nothing""")
			.param("key", post.key())
			.param("incident", incident)
			.param("status", post.status().name())
			.param("text", post.text())
			.param("now", utc(now))
			.param("by", by)
			.update();
		if (added == 1) {
			this.jdbc.sql("""
					update backout.status_incident
					set status = :status, next_update_at = :next,
						resolved_at = case when :active then null else coalesce(resolved_at, :now) end
					where id = :id""")
				.param("id", incident)
				.param("status", post.status().name())
				.param("next", (post.nextUpdateAt() != null) ? utc(post.nextUpdateAt()) : null,
						Types.TIMESTAMP_WITH_TIMEZONE)
				.param("active", post.status().active())
				.param("now", utc(now))
				.update();
		}
		return added == 1;
	}

	List<String> componentsOf(UUID incident) {
		return this.jdbc.sql("select unnest(components) from backout.status_incident where id = :id")
			.param("id", incident)
			.query(String.class)
			.list();
	}

	/** Whether another incident still keeps the component from being operational. */
	boolean heldByAnother(String component, UUID incident) {
		return this.jdbc.sql("""
				select exists (select from backout.status_incident
				where resolved_at is null and id <> :id and :component = any(components))""")
			.param("id", incident)
			.param("component", component)
			.query(Boolean.class)
			.single();
	}

	List<Incident> active() {
		return incidents("where resolved_at is null", Map.of());
	}

	List<Incident> resolvedSince(Instant since) {
		return incidents("where resolved_at >= :since", Map.of("since", utc(since)));
	}

	Optional<Incident> find(UUID id) {
		return incidents("where id = :id", Map.of("id", id)).stream().findFirst();
	}

	Optional<Incident> of(String run) {
		return incidents("where run = :run", Map.of("run", run)).stream().findFirst();
	}

	private List<Incident> incidents(String where, Map<String, ?> parameters) {
		var names = names();
		return this.jdbc.sql("select * from backout.status_incident " + where + " order by started_at desc, id")
			.params(parameters)
			.query((row, number) -> incident(row, names))
			.list();
	}

	private Incident incident(ResultSet row, Map<String, String> names) throws SQLException {
		var id = row.getObject("id", UUID.class);
		var components = Stream.of((String[]) row.getArray("components").getArray())
			.map((component) -> names.getOrDefault(component, component))
			.toList();
		return new Incident(id, row.getString("run"), row.getString("title"),
				IncidentStatus.valueOf(row.getString("status")), components, row.getTimestamp("started_at").toInstant(),
				instant(row.getTimestamp("resolved_at")), instant(row.getTimestamp("next_update_at")), updates(id));
	}

	private List<Update> updates(UUID incident) {
		return this.jdbc.sql("select * from backout.status_update where incident = :id order by id desc")
			.param("id", incident)
			.query((row, number) -> new Update(row.getLong("id"), IncidentStatus.valueOf(row.getString("status")),
					row.getString("text"), row.getTimestamp("at").toInstant()))
			.list();
	}

	UUID schedule(Maintenance maintenance) {
		return this.jdbc.sql("""
				insert into backout.status_maintenance (title, text, status, components, starts_at, ends_at)
				values (:title, :text, :status, :components, :from, :to) returning id""")
			.param("title", maintenance.title())
			.param("text", maintenance.text())
			.param("status", maintenance.status().name())
			.param("components", maintenance.components().toArray(String[]::new))
			.param("from", utc(maintenance.from()))
			.param("to", utc(maintenance.to()))
			.query(UUID.class)
			.single();
	}

	int move(UUID maintenance, MaintenanceStatus status) {
		return this.jdbc.sql("update backout.status_maintenance set status = :status where id = :id")
			.param("id", maintenance)
			.param("status", status.name())
			.update();
	}

	List<String> maintained(UUID maintenance) {
		return this.jdbc.sql("select unnest(components) from backout.status_maintenance where id = :id")
			.param("id", maintenance)
			.query(String.class)
			.list();
	}

	List<Maintenance> planned() {
		var names = names();
		return this.jdbc
			.sql("select * from backout.status_maintenance where status <> 'COMPLETED' order by starts_at, id")
			.query((row, number) -> new Maintenance(row.getObject("id", UUID.class), row.getString("title"),
					row.getString("text"), MaintenanceStatus.valueOf(row.getString("status")),
					Stream.of((String[]) row.getArray("components").getArray())
						.map((component) -> names.getOrDefault(component, component))
						.toList(),
					row.getTimestamp("starts_at").toInstant(), row.getTimestamp("ends_at").toInstant()))
			.list();
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

	private static OffsetDateTime utc(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

}
