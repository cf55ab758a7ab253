package dev.backout.migration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Several clones come to what one would have come to. */
class SideBySideTests {

	static final int TABLES = 12;

	@TempDir
	Path directory;

	final List<TestDatabase> databases = new ArrayList<>();

	@AfterEach
	void drop() {
		this.databases.forEach(TestDatabase::drop);
	}

	@Test
	void threeClonesSayWhatOneSays() {
		var source = changelog("");
		var heard = Collections.synchronizedList(new ArrayList<ProofProgress>());

		var together = Prover.prove(source, clones(3), ProofOptions.DEFAULT.heardBy(heard::add));

		assertThat(lines(together)).hasSize(TABLES * 6).isEqualTo(lines(prove(source, 1)));
		assertThat(together.worst()).isEqualTo(Verdict.LOSSY);
		// no part was walked twice, and the count only grows
		var proven = heard.stream().filter((progress) -> progress.verdict() != null).toList();
		assertThat(proven).hasSize(TABLES * 6);
		assertThat(proven).extracting(ProofProgress::done).isSorted().last().isEqualTo(TABLES * 6);
	}

	@Test
	void whatBrokenWaysBackLeaveBehindIsThereForThoseAfterThem() {
		var source = changelog("""
				--changeset t:loses
				update t0 set amount = amount * 2;
				--rollback update t0 set amount = 0;
				--changeset t:numbered
				create table numbered (id serial primary key, name text);
				insert into numbered (name) values ('a');
				--rollback drop table numbered;
				--changeset t:more
				insert into numbered (name) values ('b');
				--rollback delete from numbered where name = 'b';
				""");

		assertThat(lines(prove(source, 3))).isEqualTo(lines(prove(source, 1)));
	}

	@Test
	void beginsAndEndsWhereItIsTold() {
		var source = changelog("");
		var options = ProofOptions.DEFAULT.range(id("2-table"), id("9-note"))
			.withData("insert into t0 (id, name) values (77, 'x')");

		var together = Prover.prove(source, clones(2), options);

		assertThat(lines(together)).isEqualTo(lines(Prover.prove(source, clones(1), options)));
		assertThat(together.changesets()).first().extracting((verdict) -> verdict.changeset()).isEqualTo(id("2-table"));
		assertThat(together.changesets()).last().extracting((verdict) -> verdict.changeset()).isEqualTo(id("9-note"));
	}

	@Test
	void aServerThatGivesUpIsNoVerdict() {
		for (var gaveUp : List.of("raise sqlstate '53100' using message = 'no space left'",
				"perform pg_terminate_backend(pg_backend_pid())")) {
			var source = new ChangelogFiles(this.directory).sql("""
					--changeset t:table
					create table t0 (id int primary key, name text);
					--rollback drop table t0;
					--changeset t:full splitStatements:false
					alter table t0 add note text;
					--rollback do $$ begin %s; end $$;
					""".formatted(gaveUp));

			assertThatExceptionOfType(CloneFailed.class).isThrownBy(() -> prove(source, 1))
				.withMessageContaining("in the proof of " + id("full"))
				.withMessageContaining("then prove again")
				.withStackTraceContaining("PSQLException");
		}
	}

	@Test
	void takesOverWhatIsKnown() {
		var source = changelog("");
		var first = prove(source, 2);
		var known = first.changesets()
			.stream()
			.collect(java.util.stream.Collectors.toMap(ChangesetVerdict::changeset, ChangesetVerdict::proof));

		var again = Prover.prove(source, clones(3), ProofOptions.DEFAULT.knowing(known));

		assertThat(again.changesets()).extracting(ChangesetVerdict::proof)
			.isEqualTo(first.changesets().stream().map(ChangesetVerdict::proof).toList());
	}

	@Test
	void whoListensCanEndIt() {
		var source = changelog("");
		var options = ProofOptions.DEFAULT.heardBy((progress) -> {
			if (progress.verdict() != null && progress.done() >= 5) {
				throw new IllegalStateException("enough");
			}
		});

		assertThatIllegalStateException().isThrownBy(() -> Prover.prove(source, clones(2), options))
			.withMessage("enough");
	}

	@Test
	void dataThatDoNotFitAreToldAsInOneWalk() {
		var source = changelog("");
		var options = ProofOptions.DEFAULT.withData("insert into nowhere values (1)");

		assertThatExceptionOfType(BrokenChangelog.class).isThrownBy(() -> Prover.prove(source, clones(2), options))
			.withMessageContaining("nowhere");
	}

	/** Of each table: made, filled, widened, changed, a column of it lost and hidden. */
	ChangelogSource changelog(String first) {
		var text = new StringBuilder();
		for (int table = 0; table < TABLES; table++) {
			text.append("""
					--changeset t:%1$d-table
					create table t%1$d (id int primary key, name text not null, amount int default 1);
					--rollback drop table t%1$d;
					--changeset t:%1$d-rows
					insert into t%1$d (id, name) select i, 'n' || i from generate_series(1, 20) i;
					--changeset t:%1$d-moment
					alter table t%1$d add column at timestamptz default clock_timestamp();
					--changeset t:%1$d-update
					update t%1$d set amount = amount + 1;
					--changeset t:%1$d-note
					alter table t%1$d add column note text default 'x';
					--changeset t:%1$d-dropped
					alter table t%1$d drop column note;
					%2$s
					""".formatted(table,
					(table == TABLES - 1) ? "--rollback alter table t%d add column note text;".formatted(table) : ""));
			if (table == 0) {
				text.append(first);
			}
		}
		return new ChangelogFiles(this.directory).sql(text.toString());
	}

	Inspection prove(ChangelogSource source, int clones) {
		return Prover.prove(source, clones(clones), ProofOptions.DEFAULT);
	}

	List<Target> clones(int number) {
		var clones = new ArrayList<Target>();
		for (int clone = 0; clone < number; clone++) {
			var database = TestDatabase.create();
			this.databases.add(database);
			clones.add(new Target("proof", database.url(), "postgres", Secret.of("postgres")));
		}
		return clones;
	}

	static ChangesetId id(String id) {
		return new ChangesetId("changelog.sql", id, "t");
	}

	/** All but what it took. */
	static List<String> lines(Inspection inspection) {
		return inspection.changesets().stream().map((verdict) -> {
			var proof = verdict.proof();
			assertThat(proof).isNotNull();
			return "%s %s %s %s %s %s %s %s %s %s %s %s %s".formatted(verdict.changeset(), verdict.verdict(),
					verdict.lock(), verdict.reasons(), verdict.dataLoss(), proof.outcome(), proof.also(), proof.why(),
					proof.schemaDiff(), proof.dataDiff(), new java.util.TreeMap<>(proof.touched()), proof.survival(),
					proof.basis());
		}).toList();
	}

}
