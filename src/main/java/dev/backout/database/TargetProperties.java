package dev.backout.database;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The databases that Backout looks after.
 *
 * @param targets by name
 */
@ConfigurationProperties("backout")
record TargetProperties(@DefaultValue Map<String, Address> targets) {

	/**
	 * Where a target is and how to log in.
	 *
	 * @param url JDBC address, {@code jdbc:postgresql://host:port/database}
	 * @param user who we are there
	 * @param password by reference: {@code env:NAME} or {@code file:/path}
	 */
	record Address(String url, @DefaultValue("postgres") String user, @Nullable String password) {

		Target named(String name) {
			return new Target(name, this.url, this.user, Secret.of((this.password != null) ? this.password : ""));
		}

	}

}
