package dev.backout.playbook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Ledger;
import dev.backout.ledger.LedgerFixture;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Nobody's work is lost or passed over, and nobody deploys what only they have seen. */
class DraftsTests {

	static final String ID = "small-rollback";

	static final Person DANA = new Person("dana", "Dana", "dana@example.org", Set.of(Role.DESIGNER));

	static final Person ELI = new Person("eli", "Eli", "eli@example.org", Set.of(Role.DESIGNER));

	static final Person MIRA = new Person("mira", "Mira", "mira@example.org", Set.of(Role.OPERATOR, Role.APPROVER));

	static TestDatabase database;

	static LedgerFixture fixture;

	final AShelf shelf = new AShelf();

	Drafts drafts;

	Playbooks playbooks;

	@BeforeAll
	static void start(@TempDir Path data) {
		database = TestDatabase.withSchema();
		fixture = LedgerFixture.on(database, data);
	}

	@AfterAll
	static void stop() {
		database.drop();
	}

	@BeforeEach
	void nothingSavedYet() {
		fixture.jdbc.sql("delete from backout.playbook_draft").update();
		Ledger ledger = fixture.ledger;
		this.drafts = new Drafts(fixture.jdbc, fixture.transaction, ledger, PlaybookLintTests.LINT, Clock.systemUTC());
		this.playbooks = new Playbooks(this.shelf, this.drafts, PlaybookLintTests.LINT, ledger, fixture.transaction);
	}

	@Test
	void everySaveIsAVersion() {
		this.drafts.save(ID, 0, playbook("one"), "first", DANA);
		this.drafts.save(ID, 1, playbook("two"), "second", ELI);

		assertThat(this.drafts.of(ID)).extracting(Draft::version, Draft::savedBy, Draft::note)
			.containsExactly(org.assertj.core.groups.Tuple.tuple(2, "eli", "second"),
					org.assertj.core.groups.Tuple.tuple(1, "dana", "first"));
		assertThat(new String(this.drafts.content(ID, 1), StandardCharsets.UTF_8)).contains("\"one\"");
		assertThat(fixture.proofs.entries(ID)).extracting((entry) -> entry.deed().kind()).contains("playbook.saved");
	}

	@Test
	void theSameAgainChangesNothing() {
		var first = this.drafts.save(ID, 0, playbook("one"), "", DANA);

		assertThat(this.drafts.save(ID, 0, playbook("one"), "", DANA)).isEqualTo(first);
		assertThat(this.drafts.of(ID)).hasSize(1);
	}

	@Test
	void whoIsTooLateIsToldAndOverwritesNobody() {
		this.drafts.save(ID, 0, playbook("one"), "", DANA);
		this.drafts.save(ID, 1, playbook("theirs"), "", ELI);

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.drafts.save(ID, 1, playbook("mine"), "", DANA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.changed"))
			.withMessageContaining("eli saved version 2");
		assertThat(new String(this.drafts.content(ID, 2), StandardCharsets.UTF_8)).contains("\"theirs\"");
	}

	@Test
	void ofManyAtOnceOneWinsEachTime() throws Exception {
		var together = new CyclicBarrier(8);
		var pool = Executors.newFixedThreadPool(8);
		try {
			var saves = new ArrayList<Future<Boolean>>();
			for (int i = 0; i < 8; i++) {
				var name = "work " + i;
				saves.add(pool.submit(() -> {
					together.await();
					try {
						this.drafts.save(ID, 0, playbook(name), "", DANA);
						return true;
					}
					catch (Rejected ex) {
						assertThat(ex.code()).isEqualTo("playbook.changed");
						return false;
					}
				}));
			}
			var won = 0;
			for (var save : saves) {
				won += save.get() ? 1 : 0;
			}
			assertThat(won).isEqualTo(1);
		}
		finally {
			pool.shutdownNow();
		}
		assertThat(this.drafts.of(ID)).hasSize(1);
	}

	@Test
	void unfinishedWorkIsKeptButNothingThatCouldRun() {
		var unfinished = change(playbook("one"), " camunda:topic=\"check.run\"", "");
		var hostile = change(playbook("one"), " camunda:topic=\"check.run\"", " camunda:class=\"java.lang.Runtime\"");

		assertThat(this.drafts.save(ID, 0, unfinished, "", DANA).version()).isEqualTo(1);
		assertThatExceptionOfType(PlaybookRefused.class).isThrownBy(() -> this.drafts.save(ID, 1, hostile, "", DANA))
			.satisfies((ex) -> assertThat(ex.findings()).anySatisfy((finding) -> {
				assertThat(finding.rule()).isEqualTo("PB004");
				assertThat(finding.element()).isEqualTo("Task_Check");
				assertThat(finding.mend()).isNotBlank();
			}));
		assertThatExceptionOfType(PlaybookRefused.class).isThrownBy(() -> this.playbooks.deploy(ID, 1, ELI))
			.satisfies((ex) -> assertThat(ex.findings()).extracting(Finding::rule).contains("PB102"));
		assertThat(this.shelf.deployed).isEmpty();
	}

	@Test
	void aFileKeepsItsId() {
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.drafts.save("another", 0, playbook("one"), "", DANA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.other-id"));
	}

	@Test
	void onlyDesignersSaveAndDeploy() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.drafts.save(ID, 0, playbook("one"), "", MIRA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.forbidden"));
		this.drafts.save(ID, 0, playbook("one"), "", DANA);
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.playbooks.deploy(ID, 1, MIRA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.forbidden"));
	}

	@Test
	void somebodyElseDeploysWhatTheyHaveSeen() {
		this.drafts.save(ID, 0, playbook("one"), "", DANA);
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.playbooks.deploy(ID, 1, DANA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.four-eyes"));
		this.drafts.save(ID, 1, playbook("two"), "", DANA);
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.playbooks.deploy(ID, 1, ELI))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.changed"));

		this.playbooks.deploy(ID, 2, ELI);

		assertThat(this.shelf.deployed).hasSize(1);
		assertThat(this.playbooks.get(ID).draft()).isNull();
		assertThat(fixture.proofs.entries(ID)).anySatisfy((entry) -> {
			assertThat(entry.deed().kind()).isEqualTo("playbook.deployed");
			assertThat(entry.deed().actor()).isEqualTo("eli");
		});
	}

	@Test
	void theDifferenceNamesWhatIsSaidDifferently() throws IOException {
		var before = playbook("one");
		var after = change(change(before, "name=\"Check\"", "name=\"Look\""), "${approval == 'approve'}",
				"${approval == 'refuse'}");

		var differences = Difference.between(before, after);

		assertThat(differences).extracting(Difference::element).containsExactly("Flow_Approved", "Task_Check");
		assertThat(differences.get(0).changes()).containsExactly(new Difference.Change("conditionExpression text",
				"${approval == 'approve'}", "${approval == 'refuse'}"));
		assertThat(differences.get(1).changes()).containsExactly(new Difference.Change("name", "Check", "Look"));
		assertThat(Difference.between(before, Files.readAllBytes(Path.of("bpmn/rollback-release.bpmn"))))
			.extracting(Difference::kind)
			.contains(Difference.Kind.ADDED, Difference.Kind.REMOVED);
		assertThat(Difference.between(before, before)).isEmpty();
	}

	static byte[] playbook(String name) {
		try {
			return change(Files.readAllBytes(Path.of("src/test/resources/harmless/small-rollback.bpmn")),
					"\"Small rollback\"", "\"" + name + "\"");
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private static byte[] change(byte[] document, String what, String into) {
		var text = new String(document, StandardCharsets.UTF_8);
		assertThat(text).contains(what);
		return text.replace(what, into).getBytes(StandardCharsets.UTF_8);
	}

	/** Holds what was deployed. */
	static final class AShelf implements Shelf {

		final List<PlaybookVersion> deployed = new ArrayList<>();

		@Override
		public List<PlaybookVersion> current() {
			return Optional.of(this.deployed)
				.filter((all) -> !all.isEmpty())
				.map((all) -> List.of(all.get(all.size() - 1)))
				.orElse(List.of());
		}

		@Override
		public List<PlaybookVersion> versions(String playbook) {
			return List.copyOf(this.deployed);
		}

		@Override
		public Outline outline(PlaybookVersion version) {
			throw new UnsupportedOperationException();
		}

		@Override
		public PlaybookVersion deploy(PlaybookFile file) {
			var outline = Outline.of(file.content());
			this.deployed
				.add(new PlaybookVersion(outline.id(), this.deployed.size() + 1, outline.title(), outline.digest()));
			return this.deployed.get(this.deployed.size() - 1);
		}

	}

}
