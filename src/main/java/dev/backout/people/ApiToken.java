package dev.backout.people;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A key for machines, without its secret.
 *
 * @param id names it when it is revoked
 * @param person whom it acts for
 * @param name what it is for, such as {@code CI of shop}
 * @param roles what it may do at most; never more than the person
 * @param createdAt when
 * @param expiresAt when it stops working
 * @param usedAt when it was last used, to the minute
 * @param revokedAt when it was revoked
 */
public record ApiToken(UUID id, String person, String name, Set<Role> roles, Instant createdAt, Instant expiresAt,
		@Nullable Instant usedAt, @Nullable Instant revokedAt) {

	public ApiToken {
		roles = Set.copyOf(roles);
	}

	/**
	 * A token fresh from the mint.
	 *
	 * @param token what it is
	 * @param secret what a machine sends; nobody can show it a second time
	 */
	public record Issued(ApiToken token, String secret) {

		@Override
		public String toString() {
			return "Issued[" + this.token.id() + "]";
		}

	}

}
