package dev.backout.people;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checks passwords and slows down guessing: per person, so that one account is not
 * guessed from many places, and per network address, so that many accounts are not
 * guessed from one. Where a person has logged in before, only guesses from there count,
 * so that a stranger cannot lock them out. Counted in the database: a second node or a
 * restart forgets nothing.
 */
@Component
public class LogIns {

	private static final Duration WINDOW = Duration.ofMinutes(15);

	/** How long an address is remembered as the person's own. */
	private static final Duration KNOWN = Duration.ofDays(30);

	private static final int PER_PERSON = 5;

	private static final int PER_ADDRESS = 30;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final People people;

	private final Passwords passwords;

	private final Ledger ledger;

	private final Clock clock;

	LogIns(JdbcClient jdbc, TransactionTemplate transaction, People people, Passwords passwords, Ledger ledger,
			Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.people = people;
		this.passwords = passwords;
		this.ledger = ledger;
		this.clock = clock;
	}

	/**
	 * The person whose password this is.
	 * @param id what was typed as log-in name
	 * @param address network address of the browser
	 * @throws LogInRefused with one wording for a wrong name and a wrong password, or
	 * with the time to wait
	 */
	public Person logIn(String id, String password, String address) {
		var now = this.clock.instant();
		// Counted before it is looked at: many tries at once are no way round the limit.
		var attempt = count(id, address, now);
		refuseGuessing(id, address, now, attempt);
		var hash = hashOf(id);
		if (!this.passwords.matches(password, hash.orElse(null))) {
			remember(id, address);
			throw new LogInRefused("people.log-in", "Name or password is wrong", null);
		}
		hash.filter(this.passwords::outdated).ifPresent((old) -> rehash(id, password));
		known(id, address, now);
		return this.people.get(id);
	}

	/** One after the other for each name, so that a later try sees the earlier ones. */
	private long count(String id, String address, Instant now) {
		var attempt = this.transaction.execute((status) -> {
			this.jdbc.sql("select pg_advisory_xact_lock(hashtextextended('log-in ' || :id, 0))")
				.param("id", id)
				.query((row) -> {
				});
			return this.jdbc.sql(
					"insert into backout.log_in_failure (person, address, at) values (:id, :address, :at) returning id")
				.param("id", id)
				.param("address", address)
				.param("at", utc(now))
				.query(Long.class)
				.single();
		});
		return Objects.requireNonNull(attempt);
	}

	private void known(String id, String address, Instant now) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("delete from backout.log_in_failure where person = :id and address = :address")
				.param("id", id)
				.param("address", address)
				.update();
			this.jdbc.sql("""
					insert into backout.log_in_address (person, address, at) values (:id, :address, :at)
					on conflict (person, address) do update set at = excluded.at""")
				.param("id", id)
				.param("address", address)
				.param("at", utc(now))
				.update();
		});
	}

	private void refuseGuessing(String id, String address, Instant now, long attempt) {
		var free = this.jdbc.sql("""
				with own as (
					select exists (select 1 from backout.log_in_address
					where person = :id and address = :address and at > :known) as known)
				select max(freed) from (
					(select at as freed from backout.log_in_failure, own
					where person = :id and at > :since and id < :attempt and (not own.known or address = :address)
					order by at desc offset :per_person - 1 limit 1)
					union all
					(select at from backout.log_in_failure
					where address = :address and at > :since and id < :attempt
					order by at desc offset :per_address - 1 limit 1)) f""")
			.param("id", id)
			.param("address", address)
			.param("known", utc(now.minus(KNOWN)))
			.param("since", utc(now.minus(WINDOW)))
			.param("attempt", attempt)
			.param("per_person", PER_PERSON)
			.param("per_address", PER_ADDRESS)
			.query((row, number) -> Optional.ofNullable(row.getTimestamp(1)))
			.single()
			.map((at) -> Duration.between(now, at.toInstant().plus(WINDOW)));
		free.ifPresent((wait) -> {
			// Asking too early does not make the wait longer.
			this.jdbc.sql("delete from backout.log_in_failure where id = :attempt").param("attempt", attempt).update();
			throw new LogInRefused("people.too-many-log-ins",
					"Too many wrong passwords. Try again in %d minutes".formatted(wait.toMinutes() + 1), wait);
		});
	}

	private Optional<String> hashOf(String id) {
		return this.jdbc
			.sql("select password from backout.person where id = :id and disabled_at is null and password is not null")
			.param("id", id)
			.query(String.class)
			.optional();
	}

	private void remember(String id, String address) {
		this.transaction.executeWithoutResult((status) -> this.people.find(id)
			.ifPresent((person) -> this.ledger
				.append(Deed.of("person.log-in-refused", "system", id, Map.of("address", address)))));
	}

	private void rehash(String id, String password) {
		this.jdbc.sql("update backout.person set password = :password where id = :id")
			.param("id", id)
			.param("password", this.passwords.hash(password))
			.update();
	}

	@Scheduled(fixedDelay = 3_600_000)
	void forgetOld() {
		this.jdbc.sql("delete from backout.log_in_failure where at < :before")
			.param("before", utc(this.clock.instant().minus(WINDOW)))
			.update();
		this.jdbc.sql("delete from backout.log_in_address where at < :before")
			.param("before", utc(this.clock.instant().minus(KNOWN)))
			.update();
	}

	private static OffsetDateTime utc(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

	/** No log-in; the reason does not tell whether the person exists. */
	public static final class LogInRefused extends Rejected {

		private final @Nullable Duration wait;

		LogInRefused(String code, String reason, @Nullable Duration wait) {
			super(code, reason);
			this.wait = wait;
		}

		/** How long until another try counts, where guessing was slowed down. */
		public Optional<Duration> waitFor() {
			return Optional.ofNullable(this.wait);
		}

	}

}
