package dev.backout.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetProof;
import dev.backout.migration.Inspection;
import dev.backout.migration.ProofOptions;
import dev.backout.migration.Prover;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves on a clone what undoing each changeset of a changelog gives back. */
@Command(name = "prove", mixinStandardHelpOptions = true,
		description = "Applies, reverts, compares and applies again, changeset by changeset, on a clone.",
		footer = { "", "Without --url it starts an embedded database and makes up rows.",
				"Exit code 0: all verdicts are allowed; 1: one is worse; 2: bad input." })
class ProveCommand implements Callable<Integer> {

	@Mixin
	ChangelogArguments arguments = new ChangelogArguments();

	@Option(names = "--url", paramLabel = "JDBC-URL",
			description = "Database to copy and prove in the copy, such as jdbc:postgresql://host/shop.")
	@Nullable String url;

	@Option(names = "--user", defaultValue = "postgres", description = "Its user. Default: ${DEFAULT-VALUE}.")
	String user = "postgres";

	@Option(names = "--password", paramLabel = "REFERENCE", defaultValue = "env:PGPASSWORD",
			description = "env:NAME or file:/path. Default: ${DEFAULT-VALUE}.")
	String password = "env:PGPASSWORD";

	@Option(names = "--in-place", description = "Do not copy: the database may be changed, nobody will miss it.")
	boolean inPlace;

	@Option(names = "--data", paramLabel = "FILE",
			description = "SQL that brings rows, run before the first proof (see --from).")
	@Nullable Path data;

	@Option(names = "--no-rows", description = "Do not make up rows where there are none.")
	boolean noRows;

	@Option(names = "--time-box", paramLabel = "DURATION", defaultValue = "0", converter = Span.class,
			description = "After that, skip the rest: 90s, 10m. Default: no limit.")
	Duration timeBox = Duration.ZERO;

	@Option(names = "--resume", paramLabel = "FILE",
			description = "JSON output of an earlier try: what it proved is not proven again.")
	@Nullable Path resume;

	@Option(names = "--jobs", paramLabel = "NUMBER",
			description = "Prove so many parts of a long changelog at once, each in a copy of its own, with the same result. Default: one per core; 1 with --url, --in-place or --time-box.")
	@Nullable Integer jobs;

	@Override
	public Integer call() throws Exception {
		Logs.quiet();
		try (var changelog = this.arguments) {
			var found = changelog.find();
			var options = options(found.inspection());
			try (var clone = database(jobs(options, found.inspection())); var progress = new Progress(System.err)) {
				var verdicts = Prover.prove(found.source(), clone.targets(), options.heardBy(progress));
				progress.close();
				Verdicts.write(verdicts, changelog);
				return verdicts.worst().within(changelog.allowed) ? 0 : 1;
			}
		}
	}

	private ProofOptions options(Inspection inspection) throws IOException {
		var chosen = Verdicts.between(inspection, this.arguments.from, this.arguments.to).changesets();
		var first = (this.arguments.from != null) ? chosen.get(0).changeset() : null;
		var last = (this.arguments.to != null) ? chosen.get(chosen.size() - 1).changeset() : null;
		var options = ProofOptions.DEFAULT.range(first, last).within(this.timeBox).knowing(known());
		if (this.data != null) {
			options = options.withData(Files.readString(this.data));
		}
		return (this.noRows || this.url != null) ? options.withoutGeneratedRows() : options;
	}

	private Map<ChangesetId, ChangesetProof> known() throws IOException {
		return (this.resume != null) ? VerdictJson.proofs(this.resume) : Map.of();
	}

	/** A copy takes room on the user's disk: they say so themselves. */
	private int jobs(ProofOptions options, Inspection inspection) {
		if (this.jobs != null && this.jobs < 1) {
			throw new Rejected("cli.jobs", "--jobs takes a number from 1, was %d".formatted(this.jobs));
		}
		if (this.jobs != null && this.jobs > 1 && (this.inPlace || !options.timeBox().isZero())) {
			throw new Rejected("cli.jobs",
					"%s goes through the changelog in one walk, so --jobs %d cannot be had with it; leave one of the two out"
						.formatted(this.inPlace ? "--in-place" : "--time-box", this.jobs));
		}
		var alone = this.url != null || !options.timeBox().isZero();
		var wanted = (this.jobs != null) ? this.jobs : alone ? 1 : Runtime.getRuntime().availableProcessors();
		return Math.min(wanted, Prover
			.clones(Verdicts.between(inspection, this.arguments.from, this.arguments.to).changesets().size()));
	}

	private ProofClone database(int number) throws Exception {
		if (this.url == null) {
			return ProofClone.embedded(number);
		}
		var target = target(this.url);
		return this.inPlace ? ProofClone.inPlace(target) : ProofClone.copyOf(target, number);
	}

	private Target target(String address) {
		try {
			return new Target("proof", address, this.user, Secret.of(this.password));
		}
		catch (IllegalArgumentException ex) {
			throw new Rejected("cli.url",
					"--url takes an address such as jdbc:postgresql://host:5432/shop, was '%s'".formatted(address));
		}
	}

	static final class Span implements ITypeConverter<Duration> {

		@Override
		public Duration convert(String value) {
			return DurationStyle.detectAndParse(value);
		}

	}

}
