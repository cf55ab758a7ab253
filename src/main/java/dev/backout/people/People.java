package dev.backout.people;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Everybody who can log in or own a task. Changes are recorded with who made them. */
@Component
public class People {

	private static final String COLUMNS = "id, name, email, roles";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Passwords passwords;

	People(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, Passwords passwords) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.passwords = passwords;
	}

	/** The person, unless unknown or disabled. */
	public Optional<Person> find(String id) {
		return this.jdbc.sql("select " + COLUMNS + " from backout.person where id = :id and disabled_at is null")
			.param("id", id)
			.query((row, number) -> person(row.getString("id"), row.getString("name"), row.getString("email"),
					(String[]) row.getArray("roles").getArray()))
			.optional();
	}

	/**
	 * The person.
	 * @throws Rejected {@code people.unknown} when there is none, or they are disabled
	 */
	public Person get(String id) {
		return find(id).orElseThrow(() -> new Rejected("people.unknown",
				"There is no person '%s', or they may no longer log in. An administrator can add them".formatted(id)));
	}

	/** Everybody who may log in, by id. */
	public List<Person> all() {
		return this.jdbc.sql("select " + COLUMNS + " from backout.person where disabled_at is null order by id")
			.query((row, number) -> person(row.getString("id"), row.getString("name"), row.getString("email"),
					(String[]) row.getArray("roles").getArray()))
			.list();
	}

	/** Everybody who has the role, by id. */
	public List<Person> having(Role role) {
		return all().stream().filter((person) -> person.has(role)).toList();
	}

	/** How somebody is called by others; the id itself for strangers and the system. */
	public String nameOf(String id) {
		return this.jdbc.sql("select name from backout.person where id = :id")
			.param("id", id)
			.query(String.class)
			.optional()
			.orElse(id);
	}

	/**
	 * Adds somebody.
	 * @param password for the log-in form; without one they cannot log in there
	 * @param by id of the person who adds them, or {@code system}
	 * @throws Rejected {@code people.exists} when the id is taken, even by somebody
	 * disabled
	 */
	public void add(Person person, @Nullable String password, String by) {
		var hash = (password != null) ? this.passwords.hash(password) : null;
		this.transaction.executeWithoutResult((status) -> {
			int added = this.jdbc.sql("""
					insert into backout.person (id, name, email, roles, password)
					values (:id, :name, :email, :roles, :password)
					on conflict do nothing""")
				.param("id", person.id())
				.param("name", person.name())
				.param("email", person.email())
				.param("roles", names(person.roles()))
				.param("password", hash)
				.update();
			if (added == 0) {
				throw new Rejected("people.exists", "There already is, or was, a person '%s'".formatted(person.id()));
			}
			record("person.added", by, person);
		});
	}

	/** Changes name, address and roles of the person with this id. */
	public void change(Person person, String by) {
		this.transaction.executeWithoutResult((status) -> {
			int changed = this.jdbc
				.sql("update backout.person set name = :name, email = :email, roles = :roles where id = :id")
				.param("id", person.id())
				.param("name", person.name())
				.param("email", person.email())
				.param("roles", names(person.roles()))
				.update();
			known(changed, person.id());
			record("person.changed", by, person);
		});
	}

	/** Gives somebody a new password. */
	public void setPassword(String id, String password, String by) {
		var hash = this.passwords.hash(password);
		this.transaction.executeWithoutResult((status) -> {
			known(this.jdbc.sql("update backout.person set password = :password where id = :id")
				.param("id", id)
				.param("password", hash)
				.update(), id);
			this.ledger.append(Deed.of("person.password-set", by, id, Map.of()));
		});
	}

	/** Keeps somebody out from now on; what they did stays under their name. */
	public void disable(String id, String by) {
		Checks.check(!id.equals(by), () -> "Nobody disables themselves: " + id);
		this.transaction.executeWithoutResult((status) -> {
			known(this.jdbc
				.sql("update backout.person set disabled_at = coalesce(disabled_at, clock_timestamp()) where id = :id")
				.param("id", id)
				.update(), id);
			this.jdbc.sql("""
					update backout.api_token set revoked_at = coalesce(revoked_at, clock_timestamp())
					where person = :id""").param("id", id).update();
			this.ledger.append(Deed.of("person.disabled", by, id, Map.of()));
		});
	}

	/** Lets somebody in again; their tokens stay revoked. */
	public void enable(String id, String by) {
		this.transaction.executeWithoutResult((status) -> {
			known(this.jdbc.sql("update backout.person set disabled_at = null where id = :id").param("id", id).update(),
					id);
			this.ledger.append(Deed.of("person.enabled", by, id, Map.of()));
		});
	}

	boolean nobodyYet() {
		return this.jdbc.sql("select not exists (select from backout.person)").query(Boolean.class).single();
	}

	private void record(String kind, String by, Person person) {
		this.ledger.append(Deed.of(kind, by, person.id(), Map.of("name", person.name(), "email", person.email(),
				"roles", String.join(",", Stream.of(names(person.roles())).sorted().toList()))));
	}

	private static void known(int changed, String id) {
		if (changed == 0) {
			throw new Rejected("people.unknown", "There is no person '%s'".formatted(id));
		}
	}

	private static Person person(String id, String name, String email, String[] roles) {
		return new Person(id, name, email, roles(roles));
	}

	static Set<Role> roles(String[] names) {
		return Stream.of(names).map(Role::valueOf).collect(Collectors.toUnmodifiableSet());
	}

	static String[] names(Collection<Role> roles) {
		return roles.stream().map(Role::name).toArray(String[]::new);
	}

}
