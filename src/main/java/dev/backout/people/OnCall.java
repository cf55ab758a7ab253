package dev.backout.people;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Who is on call when, and who is asked next. */
@Component
public class OnCall {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final People people;

	private final Ledger ledger;

	private final ObjectMapper json;

	OnCall(JdbcClient jdbc, TransactionTemplate transaction, People people, Ledger ledger, ObjectMapper json) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.people = people;
		this.ledger = ledger;
		this.json = json;
	}

	/**
	 * Whom to ask at an instant.
	 * @param level 1 is the one on call, 2 the one whose turn is next, and so on
	 * @return nobody when the rotation is off duty, too short, or the person disabled
	 */
	public Optional<Person> at(String rotation, int level, Instant at) {
		return roster(rotation).at(level, at).flatMap(this.people::find);
	}

	/** The rotation with its overrides, if there is such a rotation. */
	public Optional<Roster> findRoster(String rotation) {
		return findRotation(rotation).map(this::roster);
	}

	/** The rotation with its overrides. */
	public Roster roster(String rotation) {
		return roster(rotation(rotation));
	}

	private Roster roster(Rotation rotation) {
		var overrides = this.jdbc.sql("""
				select rotation, starts_at, ends_at, person, reason from backout.rotation_override
				where rotation = :rotation order by made_at, id""")
			.param("rotation", rotation.id())
			.query((row, number) -> new Substitution(row.getString(1), row.getTimestamp(2).toInstant(),
					row.getTimestamp(3).toInstant(), row.getString(4), row.getString(5)))
			.list();
		return new Roster(rotation, overrides);
	}

	/** All rotations by id. */
	public List<Rotation> rotations() {
		return this.jdbc.sql("select * from backout.rotation order by id").query(OnCall::rotation).list();
	}

	private Optional<Rotation> findRotation(String id) {
		return this.jdbc.sql("select * from backout.rotation where id = :id")
			.param("id", id)
			.query(OnCall::rotation)
			.optional();
	}

	private Rotation rotation(String id) {
		return findRotation(id).orElseThrow(() -> new Rejected("people.unknown-rotation",
				"There is no rotation '%s', but %s".formatted(id, rotations().stream().map(Rotation::id).toList())));
	}

	/** When nobody can be reached between two instants: empty means covered. */
	public List<Roster.Shift> gaps(String rotation, Instant from, Instant to) {
		return roster(rotation).gaps(from, to, (person) -> this.people.find(person).isPresent());
	}

	/** Adds a rotation, or changes the one with its id. */
	public void save(Rotation rotation, String by) {
		rotation.people().forEach(this.people::get);
		var hours = rotation.hours();
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc
				.sql("""
						insert into backout.rotation (id, name, zone, first_hand_off, shift_minutes, people, hours_from, hours_to,
							hours_days)
						values (:id, :name, :zone, :first, :minutes, :people, :from, :to, :days)
						on conflict (id) do update set name = excluded.name, zone = excluded.zone,
							first_hand_off = excluded.first_hand_off, shift_minutes = excluded.shift_minutes, people = excluded.people,
							hours_from = excluded.hours_from, hours_to = excluded.hours_to,
							hours_days = excluded.hours_days""")
				.param("id", rotation.id())
				.param("name", rotation.name())
				.param("zone", rotation.zone().getId())
				.param("first", rotation.firstHandOff())
				.param("minutes", rotation.shift().toMinutes())
				.param("people", rotation.people().toArray(String[]::new))
				.param("from", (hours != null) ? hours.from() : null, Types.TIME)
				.param("to", (hours != null) ? hours.to() : null, Types.TIME)
				.param("days",
						(hours != null) ? hours.days().stream().map(DayOfWeek::name).toArray(String[]::new) : null,
						Types.ARRAY)
				.update();
			this.ledger.append(Deed.of("rotation.saved", by, rotation.id(),
					Map.of("people", String.join(",", rotation.people()), "zone", rotation.zone().getId(), "first",
							rotation.firstHandOff().toString(), "shift", rotation.shift().toString(), "hours",
							String.valueOf(hours))));
		});
	}

	/** Puts somebody else on call for some time. */
	public UUID override(Substitution override, String by) {
		Optional.ofNullable(override.person()).ifPresent(this.people::get);
		rotation(override.rotation());
		return this.transaction.execute((status) -> {
			var id = this.jdbc.sql("""
					insert into backout.rotation_override (rotation, starts_at, ends_at, person, reason, made_by)
					values (:rotation, :from, :to, :person, :reason, :by) returning id""")
				.param("rotation", override.rotation())
				.param("from", override.from().atOffset(ZoneOffset.UTC))
				.param("to", override.to().atOffset(ZoneOffset.UTC))
				.param("person", override.person())
				.param("reason", override.reason())
				.param("by", by)
				.query(UUID.class)
				.single();
			this.ledger.append(Deed.of("rotation.overridden", by, override.rotation(),
					Map.of("from", override.from().toString(), "to", override.to().toString(), "person",
							String.valueOf(override.person()), "reason", override.reason())));
			return id;
		});
	}

	/**
	 * Hands the call over now: the rest of the current shift goes to somebody else.
	 * @return when it ends
	 */
	public Instant handOff(String rotation, String to, Instant now, String reason, String by) {
		var turns = rotation(rotation);
		var end = turns.startOf(turns.shiftAt(now) + 1);
		override(new Substitution(rotation, now, end, to, reason), by);
		return end;
	}

	/** Takes an override back. */
	public void removeOverride(UUID id, String by) {
		this.transaction.executeWithoutResult((status) -> this.jdbc
			.sql("delete from backout.rotation_override where id = :id returning rotation")
			.param("id", id)
			.query(String.class)
			.optional()
			.ifPresent((rotation) -> this.ledger
				.append(Deed.of("rotation.override-removed", by, rotation, Map.of("override", id.toString())))));
	}

	/** Adds an escalation policy, or changes the one with its id. */
	public void save(EscalationPolicy policy, String by) {
		policy.levels().forEach((level) -> level.ask().forEach((ask) -> rotation(ask.rotation())));
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("""
					insert into backout.escalation_policy (id, name, levels) values (:id, :name, :levels::jsonb)
					on conflict (id) do update set name = excluded.name, levels = excluded.levels""")
				.param("id", policy.id())
				.param("name", policy.name())
				.param("levels", write(policy.levels()))
				.update();
			this.ledger
				.append(Deed.of("escalation-policy.saved", by, policy.id(), Map.of("levels", write(policy.levels()))));
		});
	}

	/** All escalation policies by id. */
	public List<EscalationPolicy> policies() {
		return this.jdbc.sql("select id, name, levels from backout.escalation_policy order by id")
			.query((row, number) -> new EscalationPolicy(row.getString(1), row.getString(2), read(row.getString(3))))
			.list();
	}

	public EscalationPolicy policy(String id) {
		return policies().stream()
			.filter((policy) -> policy.id().equals(id))
			.findFirst()
			.orElseThrow(
					() -> new Rejected("people.unknown-policy", "There is no escalation policy '%s'".formatted(id)));
	}

	/**
	 * Somebody who would be asked.
	 *
	 * @param after how long after the question
	 * @param at when
	 * @param level of the policy, from 1
	 * @param rotation whose place it is
	 * @param person who; nobody where the rotation has a gap
	 */
	public record Page(Duration after, Instant at, int level, String rotation, @Nullable Person person) {
	}

	/**
	 * Who would be asked, and when, if a question came at an instant and nobody answered.
	 */
	public List<Page> simulate(String policy, Instant asked) {
		var levels = policy(policy).levels();
		return IntStream.range(0, levels.size())
			.boxed()
			.flatMap((index) -> levels.get(index).ask().stream().map((ask) -> {
				var after = levels.get(index).after();
				var person = at(ask.rotation(), ask.level(), asked.plus(after)).orElse(null);
				return new Page(after, asked.plus(after), index + 1, ask.rotation(), person);
			}))
			.toList();
	}

	/**
	 * Everybody who has been asked by an instant; each person once, first asked first.
	 */
	public Set<Person> askedBy(String policy, Instant asked, Instant now) {
		return simulate(policy, asked).stream()
			.filter((page) -> !page.at().isAfter(now))
			.flatMap((page) -> Stream.ofNullable(page.person()))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private String write(List<EscalationPolicy.Level> levels) {
		try {
			return this.json.writeValueAsString(levels);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<EscalationPolicy.Level> read(String levels) {
		try {
			return List.of(this.json.readValue(levels, EscalationPolicy.Level[].class));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Rotation rotation(ResultSet row, int number) throws SQLException {
		var from = row.getObject("hours_from", LocalTime.class);
		var hours = (from == null) ? null
				: new Rotation.Hours(days(row), from, row.getObject("hours_to", LocalTime.class));
		return new Rotation(row.getString("id"), row.getString("name"), ZoneId.of(row.getString("zone")),
				row.getObject("first_hand_off", LocalDateTime.class), Duration.ofMinutes(row.getLong("shift_minutes")),
				List.of((String[]) row.getArray("people").getArray()), hours);
	}

	private static Set<DayOfWeek> days(ResultSet row) throws SQLException {
		return Stream.of((String[]) row.getArray("hours_days").getArray())
			.map(DayOfWeek::valueOf)
			.collect(Collectors.toSet());
	}

}
