package dev.backout.people;

import java.nio.charset.StandardCharsets;
import dev.backout.kernel.Checks;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Hashes passwords, each hash saying how it was made so that the way can change. */
@Component
class Passwords {

	private static final int SHORTEST = 8;

	/** BCrypt looks at no more than this many bytes. */
	private static final int LONGEST = 72;

	private final PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();

	/** Compared with when nobody is meant, so that a stranger's name takes as long. */
	private final String nobodys = this.encoder.encode("nobody's password");

	String hash(String password) {
		Checks.check(password.length() >= SHORTEST, () -> "A password has %d characters or more".formatted(SHORTEST));
		Checks.check(password.getBytes(StandardCharsets.UTF_8).length <= LONGEST,
				() -> "A password has at most %d bytes".formatted(LONGEST));
		return this.encoder.encode(password);
	}

	boolean matches(String password, @Nullable String hash) {
		return this.encoder.matches(password, (hash != null) ? hash : this.nobodys) && hash != null;
	}

	boolean outdated(String hash) {
		return this.encoder.upgradeEncoding(hash);
	}

}
