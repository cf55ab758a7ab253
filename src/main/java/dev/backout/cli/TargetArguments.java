package dev.backout.cli;

import java.nio.file.Path;

import dev.backout.database.EmbeddedServer;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which database a command works on: one that is named, or one on the embedded server,
 * which is then started for as long as the command runs.
 */
class TargetArguments implements AutoCloseable {

	@Option(names = "--url", paramLabel = "JDBC", description = "The database, jdbc:postgresql://host:5432/shop.")
	@Nullable String url;

	@Option(names = "--user", defaultValue = "postgres", description = "Who we are there. Default: ${DEFAULT-VALUE}.")
	String user = "postgres";

	@Option(names = "--password", paramLabel = "REF", defaultValue = "env:PGPASSWORD",
			description = "Password by reference, env:NAME or file:/path. Default: ${DEFAULT-VALUE}.")
	String password = "env:PGPASSWORD";

	@Option(names = "--target", paramLabel = "NAME", defaultValue = "shop",
			description = "What the database is called; on the embedded server also its name. Default: ${DEFAULT-VALUE}.")
	String name = "shop";

	@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
			description = "Where the embedded server, the backups and their key are. Default: ${DEFAULT-VALUE}.")
	Path data = Path.of("data");

	private @Nullable EmbeddedServer embedded;

	Target target() {
		if (this.url != null) {
			return new Target(this.name, this.url, this.user, Secret.of(this.password));
		}
		if (this.embedded == null) {
			this.embedded = EmbeddedServer.start(this.data.resolve("postgres"), 0);
		}
		return new Target(this.name, this.embedded.url(this.name), "postgres", Secret.of("postgres"));
	}

	@Override
	public void close() {
		if (this.embedded != null) {
			this.embedded.close();
		}
	}

}
