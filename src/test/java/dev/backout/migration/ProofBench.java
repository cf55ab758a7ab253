package dev.backout.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.database.EmbeddedServer;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateTestingRollbackCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code prove} of 200 changesets against Liquibase's {@code update-testing-rollback} of
 * them, on the same server, in turns, into empty databases: one clone per core, as the
 * command line does it, and one clone alone. The ratios are the medians of the rounds
 * after the first.
 */
@Tag("bench")
class ProofBench {

	static final int CHANGESETS = 200;

	/** After one that warms up both. */
	static final int ROUNDS = 3;

	@TempDir
	Path directory;

	@Test
	void proveAgainstUpdateTestingRollback() throws Exception {
		var source = write();
		try (var server = EmbeddedServer.throwAway()) {
			var rounds = new ArrayList<Map<String, Object>>();
			var ratios = new ArrayList<Double>();
			var aloneRatios = new ArrayList<Double>();
			var jobs = Math.min(Runtime.getRuntime().availableProcessors(), Prover.clones(CHANGESETS));
			for (int round = 0; round <= ROUNDS; round++) {
				create(server, "theirs" + round);
				var name = round;
				var theirs = time(() -> updateTestingRollback(server, "theirs" + name, source));
				var ours = prove(server, "ours" + round, jobs, source);
				var alone = prove(server, "alone" + round, 1, source);
				var ratio = Math.round(100.0 * ours / theirs) / 100.0;
				var aloneRatio = Math.round(100.0 * alone / theirs) / 100.0;
				rounds.add(Map.of("proveMillis", ours, "oneClone", alone, "updateTestingRollbackMillis", theirs,
						"ratio", ratio, "oneCloneRatio", aloneRatio, "cold", round == 0));
				if (round > 0) {
					ratios.add(ratio);
					aloneRatios.add(aloneRatio);
				}
			}
			Collections.sort(ratios);
			Collections.sort(aloneRatios);
			record("prove",
					Map.of("changesets", CHANGESETS, "jobs", jobs, "rounds", rounds, "ratio",
							ratios.get(ratios.size() / 2), "oneCloneRatio", aloneRatios.get(aloneRatios.size() / 2),
							"target", 3.0));
		}
	}

	private static long prove(EmbeddedServer server, String name, int clones, ChangelogSource source) throws Exception {
		var targets = new ArrayList<Target>();
		return time(() -> {
			for (int clone = 0; clone < clones; clone++) {
				create(server, name + "_" + clone);
				targets.add(target(server, name + "_" + clone));
			}
			var inspection = Prover.prove(source, targets, ProofOptions.DEFAULT);
			assertThat(inspection.changesets()).hasSize(CHANGESETS);
			assertThat(inspection.worst()).as("%s", inspection).isLessThanOrEqualTo(Verdict.REVERSIBLE_WITH_STASH);
		});
	}

	/** Forty tables, each made, widened, indexed, filled and changed. */
	private ChangelogSource write() {
		var text = new StringBuilder();
		for (int table = 0; table < CHANGESETS / 5; table++) {
			text.append("""
					--changeset bench:%1$d-table
					create table t%1$d (id int primary key, name text not null, amount numeric(12,2));
					--rollback drop table t%1$d;
					--changeset bench:%1$d-rows
					insert into t%1$d select i, 'n' || i, i from generate_series(1, 100) i;
					--rollback delete from t%1$d where id <= 100;
					--changeset bench:%1$d-column
					alter table t%1$d add column note text default 'x';
					--rollback alter table t%1$d drop column note;
					--changeset bench:%1$d-index
					create index t%1$d_name on t%1$d (name);
					--rollback drop index t%1$d_name;
					--changeset bench:%1$d-update
					update t%1$d set amount = amount + 1;
					--rollback update t%1$d set amount = amount - 1;
					""".formatted(table));
		}
		return new ChangelogFiles(this.directory).sql(text.toString());
	}

	private static void create(EmbeddedServer server, String name) {
		server.ensureDatabase(name);
	}

	private static Target target(EmbeddedServer server, String name) {
		return new Target("bench", server.url(name), "postgres", Secret.of("postgres"));
	}

	static void updateTestingRollback(EmbeddedServer server, String name, ChangelogSource source) throws Exception {
		try (var connection = DriverManager.getConnection(server.url(name), "postgres", "postgres")) {
			var database = DatabaseFactory.getInstance()
				.findCorrectDatabaseImplementation(new JdbcConnection(connection));
			liquibase.Scope.child(Map.of("resourceAccessor", new DirectoryResourceAccessor(source.root()),
					"liquibase.analytics.enabled", false), () -> {
						new CommandScope(UpdateTestingRollbackCommandStep.COMMAND_NAME)
							.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
							.addArgumentValue("changelogFile", source.file())
							.setOutput(java.io.OutputStream.nullOutputStream())
							.execute();
					});
		}
	}

	private static long time(Work work) throws Exception {
		var start = System.nanoTime();
		work.run();
		return (System.nanoTime() - start) / 1_000_000;
	}

	static void record(String name, Map<String, Object> figures) throws IOException {
		var file = Files.createDirectories(Path.of("target/bench")).resolve(name + ".json");
		JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), figures);
	}

	private interface Work {

		void run() throws Exception;

	}

}
