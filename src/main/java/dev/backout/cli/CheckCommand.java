package dev.backout.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backout.check.LocalChecks;
import dev.backout.check.Suites;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks of a database, here or by a running Backout. */
@Command(name = "check", mixinStandardHelpOptions = true,
		description = "Runs suites of checks on a database, lists them, and records states to compare with.")
class CheckCommand implements Callable<Integer> {

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Override
	public Integer call() {
		this.spec.commandLine().usage(this.spec.commandLine().getErr());
		return CommandLine.ExitCode.USAGE;
	}

	@Command(name = "run", mixinStandardHelpOptions = true,
			description = "Runs a suite and holds each check against its minimum acceptable result.",
			footer = { "",
					"Exit code 0: all hold; 1: something is below its minimum, or was not answered; 2: bad input.",
					"Without --url and --server it starts the embedded database of the data directory." })
	int run(@Mixin TargetArguments database, @Mixin Files files, @Mixin Server server,
			@Parameters(paramLabel = "SUITE", description = "Name of the suite.") String suite,
			@Option(names = "--release", paramLabel = "ID",
					description = "Fills {release} in the names of recorded states.") @Nullable String release,
			@Option(names = "--format", defaultValue = "table",
					description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.") CheckFormat format)
			throws IOException, InterruptedException, SQLException {
		Logs.quiet();
		var out = new PrintStream(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
		var run = (server.address != null) ? server.run(suite, database.name(), release)
				: local(database, files, suite, release);
		format.write(run, out);
		return CheckFormat.held(run) ? 0 : 1;
	}

	private static JsonNode local(TargetArguments database, Files files, String suite, @Nullable String release)
			throws SQLException {
		var checks = files.checks(database.data);
		files.suites().named(suite);
		try (database; var progress = new CheckProgress(System.err)) {
			var target = database.target();
			// One clear refusal instead of as many errors as there are checks.
			target.open("check").close();
			return CheckFormat.json(checks.run(suite, target, release, progress::at));
		}
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the suites and their checks.")
	int list(@Mixin Files files, @Option(names = "--format", defaultValue = "table",
			description = "table or json. Default: ${DEFAULT-VALUE}.") String format) {
		Logs.quiet();
		return CheckFormat.list(files.suites().all(), format, this.spec.commandLine().getOut());
	}

	@Command(name = "record", mixinStandardHelpOptions = true,
			description = "Records schema, rows and reports of a database, for later runs to compare with.")
	int record(@Mixin TargetArguments database, @Mixin Files files, @Parameters(paramLabel = "NAME",
			description = "Name of the state, such as before-shop-2026.11.2.") String name) {
		Logs.quiet();
		try (database) {
			var state = files.checks(database.data).record(database.target(), name);
			this.spec.commandLine()
				.getOut()
				.printf("%s of %s: schema %s, %d tables and parts%n", state.name(), state.target(),
						state.schema().digest(), state.tables().size());
			return 0;
		}
	}

	/** Where suites and states are. */
	static class Files {

		@Option(names = "--suites", paramLabel = "PATH",
				description = "A suite's file, a directory of suites, or a catalogue. Default: those of the demo.")
		@Nullable Path suites;

		@Option(names = "--states", paramLabel = "DIR",
				description = "Where recorded states and last results are kept. Default: checks in the data directory.")
		@Nullable Path states;

		@Option(names = "--allow", paramLabel = "HOST",
				description = "Host, or host:port, that HTTP probes may call. May be given more than once.")
		List<String> allow = new ArrayList<>();

		Suites suites() {
			return (this.suites != null) ? Suites.in(this.suites) : Suites.shipped();
		}

		LocalChecks checks(Path data) {
			return LocalChecks.in(suites(), (this.states != null) ? this.states : data.resolve("checks"), this.allow,
					Clock.systemUTC());
		}

	}

	/** A running Backout that does the work instead, and keeps the results. */
	static class Server {

		@Option(names = "--server", paramLabel = "URL",
				description = "A running Backout, such as http://localhost:8080, that runs the suite and keeps the results.")
		@Nullable URI address;

		@Option(names = "--token-file", paramLabel = "FILE",
				description = "File with an API token of an operator, for --server.")
		@Nullable Path tokenFile;

		JsonNode run(String suite, String target, @Nullable String release) throws IOException, InterruptedException {
			if (this.address == null) {
				throw new IllegalStateException("No server");
			}
			var remote = new RemoteChecks(this.address,
					(this.tokenFile != null) ? java.nio.file.Files.readString(this.tokenFile).strip() : "");
			try (var progress = new CheckProgress(System.err)) {
				return remote.run(suite, target, release, progress);
			}
		}

	}

}
