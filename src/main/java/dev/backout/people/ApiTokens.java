package dev.backout.people;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Bearer tokens. A token is 256 random bits, so a plain SHA-256 keeps it safe and one
 * look-up finds it.
 */
@Component
public class ApiTokens {

	/** Lets secret scanners recognise a leaked one. */
	private static final String PREFIX = "bko_";

	private static final Duration LONGEST = Duration.ofDays(366);

	private final SecureRandom random = new SecureRandom();

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final People people;

	private final Ledger ledger;

	private final Clock clock;

	ApiTokens(JdbcClient jdbc, TransactionTemplate transaction, People people, Ledger ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.people = people;
		this.ledger = ledger;
		this.clock = clock;
	}

	/**
	 * Makes a token that acts for a person.
	 * @param roles some of the person's roles
	 * @param lifetime up to a year
	 * @param by who makes it
	 */
	public ApiToken.Issued issue(String person, String name, Set<Role> roles, Duration lifetime, String by) {
		Checks.check(!name.isBlank(), () -> "A token needs a name that says what it is for");
		Checks.check(lifetime.compareTo(Duration.ZERO) > 0 && lifetime.compareTo(LONGEST) <= 0,
				() -> "A token lives up to %d days, not %s".formatted(LONGEST.toDays(), lifetime));
		var holder = this.people.get(person);
		if (roles.isEmpty() || !holder.roles().containsAll(roles)) {
			throw new Rejected("people.token-roles",
					"'%s' has the roles %s, a token of theirs cannot have %s".formatted(person, holder.roles(), roles));
		}
		var bytes = new byte[32];
		this.random.nextBytes(bytes);
		var secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
		var now = this.clock.instant();
		return this.transaction.execute((status) -> new ApiToken.Issued(
				insert(holder, name, roles, hash(secret), now, now.plus(lifetime), by), secret));
	}

	private ApiToken insert(Person holder, String name, Set<Role> roles, byte[] hash, Instant now, Instant end,
			String by) {
		var token = this.jdbc.sql("""
				insert into backout.api_token (person, name, hash, roles, created_at, expires_at)
				values (:person, :name, :hash, :roles, :now, :end) returning *""")
			.param("person", holder.id())
			.param("name", name)
			.param("hash", hash)
			.param("roles", People.names(roles))
			.param("now", now.atOffset(ZoneOffset.UTC))
			.param("end", end.atOffset(ZoneOffset.UTC))
			.query(ApiTokens::token)
			.single();
		this.ledger.append(Deed.of("token.issued", by, token.id().toString(),
				Map.of("person", holder.id(), "name", name, "roles",
						String.join(",", roles.stream().map(Role::name).sorted().toList()), "expires",
						end.toString())));
		return token;
	}

	/**
	 * Who sends this secret: the person with no more roles than the token has, or nobody.
	 */
	public Optional<Person> holderOf(String secret) {
		if (!secret.startsWith(PREFIX)) {
			return Optional.empty();
		}
		var now = this.clock.instant();
		return this.jdbc.sql("""
				select * from backout.api_token where hash = :hash and revoked_at is null and expires_at > :now""")
			.param("hash", hash(secret))
			.param("now", now.atOffset(ZoneOffset.UTC))
			.query(ApiTokens::token)
			.optional()
			.flatMap((token) -> {
				noteUse(token, now);
				return this.people.find(token.person()).map((person) -> limited(person, token.roles()));
			});
	}

	private void noteUse(ApiToken token, Instant now) {
		if (token.usedAt() == null || token.usedAt().isBefore(now.minusSeconds(60))) {
			this.jdbc.sql("update backout.api_token set used_at = :now where id = :id")
				.param("now", now.atOffset(ZoneOffset.UTC))
				.param("id", token.id())
				.update();
		}
	}

	private static Person limited(Person person, Set<Role> roles) {
		var both = person.roles().stream().filter(roles::contains).collect(Collectors.toSet());
		return new Person(person.id(), person.name(), person.email(), both);
	}

	/** Tokens of a person, newest first, the dead ones too. */
	public List<ApiToken> of(String person) {
		return this.jdbc.sql("select * from backout.api_token where person = :person order by created_at desc")
			.param("person", person)
			.query(ApiTokens::token)
			.list();
	}

	/** Stops a token at once; a second time changes nothing. */
	public void revoke(UUID id, String by) {
		this.transaction.executeWithoutResult((status) -> {
			int revoked = this.jdbc.sql("""
					update backout.api_token set revoked_at = :now where id = :id and revoked_at is null""")
				.param("now", this.clock.instant().atOffset(ZoneOffset.UTC))
				.param("id", id)
				.update();
			if (revoked > 0) {
				this.ledger.append(Deed.of("token.revoked", by, id.toString(), Map.of()));
			}
		});
	}

	private static byte[] hash(String secret) {
		return HexFormat.of().parseHex(Digests.sha256Hex(secret));
	}

	private static ApiToken token(ResultSet row, int number) throws SQLException {
		return new ApiToken(row.getObject("id", UUID.class), row.getString("person"), row.getString("name"),
				People.roles((String[]) row.getArray("roles").getArray()), row.getTimestamp("created_at").toInstant(),
				row.getTimestamp("expires_at").toInstant(), instant(row.getTimestamp("used_at")),
				instant(row.getTimestamp("revoked_at")));
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

}
