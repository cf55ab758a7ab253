package dev.backout.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

import dev.backout.catalog.Catalog;
import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.database.EmbeddedServer;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.migration.Verdict;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.Plans;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what undoing a release takes, without starting anything that could do it. */
@Command(name = "plan", mixinStandardHelpOptions = true,
		description = "Says what undoing a release takes: order, losses, time. Reads only.",
		footer = { "", "Exit code 0: every verdict is allowed; 1: one is worse; 2: bad input.",
				"Without --url it asks the database of the data directory, whether the application runs or not." })
class PlanCommand implements Callable<Integer> {

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Mixin
	TargetArguments database = new TargetArguments();

	@Parameters(paramLabel = "RELEASE", description = "Id of the release, such as shop-2026.11.2.")
	String release = "";

	@Option(names = "--catalog", paramLabel = "DIR",
			description = "The catalogue. Default: the demo's in the data directory.")
	@Nullable Path catalog;

	@Option(names = "--offline", description = "Ask no database: as if all of the release were deployed.")
	boolean offline;

	@Option(names = "--allow", paramLabel = "reversible|stash|lossy", defaultValue = "stash",
			converter = ChangelogArguments.Allowed.class,
			description = "Worst verdict that is fine. Default: ${DEFAULT-VALUE}.")
	Verdict allowed = Verdict.REVERSIBLE_WITH_STASH;

	@Option(names = "--format", defaultValue = "table",
			description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
	Format format = Format.table;

	@Option(names = "--output", paramLabel = "FILE", description = "Where to write; default: the terminal.")
	@Nullable Path output;

	/** How a plan is written. */
	enum Format {

		table, json

	}

	@Override
	public Integer call() throws IOException {
		Logs.quiet();
		var releases = Catalog.at(catalogDirectory());
		var plan = plan(releases, releases.get(this.release));
		if (this.output == null) {
			write(plan, System.out);
		}
		else {
			try (var file = new PrintStream(Files.newOutputStream(this.output), false,
					java.nio.charset.StandardCharsets.UTF_8)) {
				write(plan, file);
			}
		}
		return worst(plan).within(this.allowed) ? 0 : 1;
	}

	private Path catalogDirectory() {
		return Optional.ofNullable(this.catalog)
			.or(() -> Optional.of(this.database.data.resolve("demo/catalog")).filter(Files::isDirectory))
			.orElseThrow(() -> new Rejected("plan.no-catalogue",
					"No catalogue in %s: name its directory with --catalog".formatted(this.database.data)));
	}

	private BackoutPlan plan(Releases releases, Release release) {
		if (this.offline) {
			return Plans.ofCatalogue(releases).compute(release.id(), release.target());
		}
		try (var arguments = this.database) {
			return Plans.on(Targets.of(target(arguments, release)), releases).compute(release.id(), release.target());
		}
	}

	/**
	 * A database goes by the name that the release's target has, unless told otherwise.
	 */
	private Target target(TargetArguments arguments, Release release) {
		if (!this.spec.commandLine().getParseResult().hasMatchedOption("--target")) {
			arguments.name = release.target();
		}
		var server = arguments.data.resolve("postgres");
		if (arguments.url == null && !Files.isDirectory(server)) {
			throw new Rejected("plan.no-database",
					"There is no database in %s: name one with --url, its directory with --data-dir, or plan from the catalogue alone with --offline"
						.formatted(arguments.data));
		}
		if (arguments.url == null) {
			var running = EmbeddedServer.running(server, arguments.name());
			if (running.isPresent()) {
				return new Target(release.target(), running.get(), "postgres", Secret.of("postgres"));
			}
		}
		var found = arguments.target();
		return new Target(release.target(), found.url(), found.user(), found.password());
	}

	private static Verdict worst(BackoutPlan plan) {
		return plan.reverts()
			.stream()
			.flatMap((step) -> Optional.ofNullable(step.verdict()).stream())
			.map(Verdict::valueOf)
			.reduce(Verdict.REVERSIBLE, Verdict::worseOf);
	}

	private void write(BackoutPlan plan, PrintStream out) {
		if (this.format == Format.json) {
			out.println(PlanJson.of(plan, !this.offline).toPrettyString());
		}
		else {
			PlanTable.write(plan, !this.offline, out);
		}
	}

}
