package dev.backout.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.backout.database.Target;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.kernel.Checks;
import dev.backout.kernel.HttpAccess;
import dev.backout.kernel.HttpCalls;
import org.jspecify.annotations.Nullable;

/**
 * Checks without the application: suites from files, recorded states and the last results
 * in a directory, no deviations.
 */
public final class LocalChecks {

	private final Suites suites;

	private final Path directory;

	private final List<Probe> probes;

	private final Clock clock;

	private LocalChecks(Suites suites, Path directory, List<String> allowedHosts, Clock clock) {
		this.suites = suites;
		this.directory = directory;
		this.clock = clock;
		var states = new States();
		this.probes = List.of(new CatalogProbe(), new ReferenceProbe(), new AmcheckProbe(), new BaselineProbe(states),
				new BusinessRuleProbe(), new ReportProbe(states),
				new HttpProbe(new HttpCalls(new HttpAccess(allowedHosts))));
	}

	/**
	 * Checks that keep their states below the directory.
	 * @param allowedHosts that HTTP probes may call
	 */
	public static LocalChecks in(Suites suites, Path directory, List<String> allowedHosts, Clock clock) {
		return new LocalChecks(suites, directory, allowedHosts, clock);
	}

	/**
	 * Runs a suite to its end; the last results there are what these are compared with.
	 */
	public SuiteRun run(String suite, Target target, @Nullable String release, SuiteRuns.Progress progress) {
		var found = this.suites.named(suite);
		var before = last(target.name(), suite);
		var request = SuiteRequest.of(suite, target.name(), release, "system");
		var id = UUID.randomUUID().toString();
		var begun = this.clock.instant();
		var results = new Checkup(this.probes, found, target, request).run(new Checkup.Listener() {
			@Override
			public void begins(int position, Check check) {
				progress.report(position, found.checks().size());
			}

			@Override
			public CheckResult ended(int position, CheckResult result) {
				return result.after(before.get(result.check()), null);
			}
		});
		progress.report(results.size(), results.size());
		var latest = new HashMap<String, Earlier>();
		results.forEach((result) -> latest.put(result.check(), new Earlier(id, result.outcome(), result.value())));
		write(lastFile(target.name(), suite), Json.write(latest));
		return new SuiteRun(id, found.name(), found.version(), target.name(), null, release, null, Occasion.REAL,
				"system", SuiteRun.State.FINISHED, found.checks().size(), null, begun, this.clock.instant(), null, null,
				null, results);
	}

	/** Records the state of a database under a name. */
	public Baseline record(Target target, String name) {
		var baseline = new BaselineReader(this.suites).read(target, name, this.clock.instant());
		write(stateFile(target.name(), name), Json.write(new State(baseline.recordedAt().toString(),
				List.copyOf(baseline.schema().lines()), JdbcBaselines.texts(baseline.tables()), baseline.reports())));
		return baseline;
	}

	/** A recorded state in its file. */
	record State(String recordedAt, List<SchemaLine> schema, Map<String, String> tables,
			Map<String, List<Map<String, String>>> reports) {
	}

	private Map<String, Earlier> last(String target, String suite) {
		var file = lastFile(target, suite);
		return Files.isRegularFile(file) ? Json.read(read(file), new TypeReference<Map<String, Earlier>>() {
		}) : Map.of();
	}

	private Path lastFile(String target, String suite) {
		return this.directory.resolve(target).resolve("last-" + suite + ".json");
	}

	private Path stateFile(String target, String name) {
		Checks.check(name.matches("[a-z][a-zA-Z0-9._-]{0,80}"),
				() -> "A state's name is like before-shop-2026.11.2, was '%s'".formatted(name));
		return this.directory.resolve(target).resolve("state-" + name + ".json");
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void write(Path file, String text) {
		try {
			Files.createDirectories(file.getParent());
			var part = file.resolveSibling(file.getFileName() + ".part");
			Files.writeString(part, text);
			Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private final class States implements Baselines {

		@Override
		public Baseline record(String target, String name, String actor) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Optional<Baseline> find(String target, String name) {
			var file = stateFile(target, name);
			if (!Files.isRegularFile(file)) {
				return Optional.empty();
			}
			var state = Json.read(read(file), new TypeReference<State>() {
			});
			return Optional.of(new Baseline(target, name, Instant.parse(state.recordedAt()),
					SchemaFingerprint.of(state.schema()), JdbcBaselines.fingerprints(state.tables()), state.reports()));
		}

	}

}
