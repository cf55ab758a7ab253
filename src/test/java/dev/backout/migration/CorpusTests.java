package dev.backout.migration;

import java.nio.file.Path;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Every planted defect is found, and nothing good is accused. */
class CorpusTests {

	static TestDatabase base;

	static JdbcClient maintenance;

	@TempDir
	Path directory;

	@BeforeAll
	static void setUp() {
		base = Corpus.base();
		maintenance = JdbcClient.create(TestDatabase.create().dataSource());
	}

	@AfterAll
	static void tearDown() {
		base.drop();
	}

	static List<Corpus.Case> defects() {
		return Corpus.defects();
	}

	static List<Corpus.Case> good() {
		return Corpus.good();
	}

	@Test
	void isBigEnough() {
		assertThat(defects()).hasSizeGreaterThanOrEqualTo(30);
		assertThat(good()).hasSizeGreaterThanOrEqualTo(30);
	}

	@ParameterizedTest
	@MethodSource("defects")
	void everyDefectIsFound(Corpus.Case defect) {
		var verdict = prove(defect);

		var proof = verdict.proof();
		assertThat(proof).isNotNull();
		assertThat(proof.outcome().name()).as("%s", verdict).isEqualTo(defect.expected());
		assertThat(verdict.verdict()).isGreaterThanOrEqualTo(Verdict.LOSSY);
		assertThat(verdict.reasons()).isNotEmpty();
	}

	@ParameterizedTest
	@MethodSource("good")
	void nothingGoodIsAccused(Corpus.Case good) {
		var verdict = prove(good);

		var proof = verdict.proof();
		assertThat(proof).isNotNull();
		assertThat(proof.outcome().held()).as("%s", verdict).isTrue();
		assertThat(verdict.verdict()).as("%s", verdict)
			.isEqualTo(good.kept() ? Verdict.REVERSIBLE_WITH_STASH : Verdict.REVERSIBLE);
		if (proof.survival() != null) {
			assertThat(proof.survival().survived()).isEqualTo(proof.survival().written());
		}
	}

	ChangesetVerdict prove(Corpus.Case subject) {
		var name = "c_" + Long.toString(System.nanoTime(), 36);
		maintenance.sql("create database %s template %s".formatted(name, base.name())).update();
		try {
			var target = new Target("corpus", base.url(), "postgres", Secret.of("postgres")).at(name);
			var changesets = Prover.prove(subject.write(this.directory), target, ProofOptions.DEFAULT).changesets();
			assertThat(changesets).hasSize(1);
			return changesets.get(0);
		}
		finally {
			maintenance.sql("drop database %s with (force)".formatted(name)).update();
		}
	}

}
