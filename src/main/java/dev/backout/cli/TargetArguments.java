package dev.backout.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.backout.database.EmbeddedServer;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which database a command works on: one that is named, or one on the embedded server,
 * which is then started for as long as the command runs.
 */
class TargetArguments implements AutoCloseable {

	private static final Pattern DATABASE = Pattern.compile("jdbc:postgresql://[^/]*/([^?]+).*");

	@Option(names = "--url", paramLabel = "JDBC", description = "The database, jdbc:postgresql://host:5432/shop.")
	@Nullable String url;

	@Option(names = "--user", defaultValue = "postgres", description = "Who we are there. Default: ${DEFAULT-VALUE}.")
	String user = "postgres";

	@Option(names = "--password", paramLabel = "REF", defaultValue = "env:PGPASSWORD",
			description = "Password by reference, env:NAME or file:/path. Default: ${DEFAULT-VALUE}.")
	String password = "env:PGPASSWORD";

	@Option(names = "--target", paramLabel = "NAME",
			description = "What the database is called; on the embedded server also its name. Default: shop; of backups the name in --url.")
	@Nullable String name;

	@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
			description = "Where the embedded server, the backups and their key are. Default: ${DEFAULT-VALUE}.")
	Path data = Path.of("data");

	private @Nullable EmbeddedServer embedded;

	/** What the database is called. */
	String name() {
		return (this.name != null) ? this.name : "shop";
	}

	/** Calls it as its address does, unless told otherwise. */
	void nameByAddress() {
		var database = (this.url != null) ? DATABASE.matcher(this.url) : null;
		if (this.name == null && database != null && database.matches()) {
			var plain = database.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
			this.name = plain.substring(0, Math.min(40, plain.length())).replaceFirst("^(?![a-z])", "d");
		}
	}

	Target target() {
		try {
			return found();
		}
		catch (IllegalArgumentException ex) {
			throw new Rejected("target.input", String.valueOf(ex.getMessage()));
		}
	}

	private Target found() {
		if (this.url != null) {
			return new Target(name(), this.url, this.user, Secret.of(this.password));
		}
		var server = this.data.resolve("postgres");
		var running = (this.embedded == null) ? EmbeddedServer.running(server, name()) : Optional.<String>empty();
		if (running.isPresent()) {
			return new Target(name(), running.get(), "postgres", Secret.of("postgres"));
		}
		if (this.embedded == null) {
			this.embedded = EmbeddedServer.start(server, 0);
		}
		return new Target(name(), this.embedded.url(name()), "postgres", Secret.of("postgres"));
	}

	@Override
	public void close() {
		if (this.embedded != null) {
			this.embedded.close();
		}
	}

}
