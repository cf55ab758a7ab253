package dev.backout.playbook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A new playbook breaks no rule, a copy says what its source says, and neither takes
 * another's place.
 */
class NewPlaybooksTests {

	static TestDatabase database;

	static LedgerFixture fixture;

	final DraftsTests.AShelf shelf = new DraftsTests.AShelf();

	Drafts drafts;

	Playbooks playbooks;

	NewPlaybooks beginnings;

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
		this.drafts = new Drafts(fixture.jdbc, fixture.transaction, fixture.ledger, PlaybookLintTests.LINT,
				Clock.systemUTC());
		this.playbooks = new Playbooks(this.shelf, this.drafts, PlaybookLintTests.LINT, fixture.ledger,
				fixture.transaction);
		this.beginnings = new NewPlaybooks(this.playbooks, this.drafts);
	}

	@Test
	void aNewOneBreaksNoRuleAndIsDrawn() {
		var draft = this.beginnings.begin("restart-shop", "Restart \"the\" <shop> & more", DraftsTests.DANA);

		assertThat(draft.version()).isEqualTo(1);
		assertThat(this.playbooks.findings("restart-shop", "d1")).isEmpty();
		var outline = Outline.of(this.drafts.content("restart-shop", 1));
		assertThat(outline.id()).isEqualTo("restart-shop");
		assertThat(outline.title()).isEqualTo("Restart \"the\" <shop> & more");
		assertThat(this.playbooks.get("restart-shop").title()).isEqualTo("Restart \"the\" <shop> & more");
	}

	@Test
	void somebodyElseDeploysIt() {
		this.beginnings.begin("restart-shop", "Restart the shop", DraftsTests.DANA);

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.playbooks.deploy("restart-shop", 1, DraftsTests.DANA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.four-eyes"));
		assertThat(this.playbooks.deploy("restart-shop", 1, DraftsTests.ELI).version()).isEqualTo(1);
	}

	static Stream<Path> playbooks() throws IOException {
		return Stream.concat(Files.list(Path.of("src/test/resources/harmless")), Files.list(Path.of("bpmn")))
			.filter((file) -> file.toString().endsWith(".bpmn"))
			.sorted();
	}

	@ParameterizedTest
	@MethodSource("playbooks")
	void aCopySaysTheSameUnderItsOwnId(Path file) throws IOException {
		var source = Files.readAllBytes(file);
		var from = Outline.of(source).id();
		this.drafts.save(from, 0, source, "", DraftsTests.DANA);

		this.beginnings.copy(from, "d1", "the-copy", "The copy", DraftsTests.ELI);

		var copy = this.drafts.content("the-copy", 1);
		assertThat(Outline.of(copy).title()).isEqualTo("The copy");
		assertThat(PlaybookLintTests.LINT.check(new PlaybookFile("copy.bpmn", copy))).extracting(Finding::rule)
			.containsExactlyElementsOf(PlaybookLintTests.LINT.check(new PlaybookFile("x.bpmn", source))
				.stream()
				.map(Finding::rule)
				.toList());
		assertThat(new String(Renaming.to(from, Outline.of(source).title(), copy), StandardCharsets.UTF_8))
			.isEqualToNormalizingWhitespace(new String(source, StandardCharsets.UTF_8));
	}

	@Test
	void whatLooksLikeAProcessAndIsNoneStays() {
		var source = """
				<?xml version="1.0" encoding="UTF-8"?>
				<definitions xmlns="%s" targetNamespace="t"><!-- <process id="old"> --><process id='old' isExecutable="true">
				<documentation><![CDATA[<process id="old">]]></documentation>
				<subProcess id="s" name="old > process id='old'"/></process></definitions>"""
			.formatted(XmlNode.BPMN);

		var renamed = new String(Renaming.to("young", "Young", source.getBytes(StandardCharsets.UTF_8)),
				StandardCharsets.UTF_8);

		assertThat(renamed).isEqualTo(source.replace("<process id='old' isExecutable=\"true\">",
				"<process id=\"young\" isExecutable=\"true\" name=\"Young\">"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "New", "new", "Restart", "restart shop", "-a", "a-", "a--b", "../x", "a/b", "a.b",
			"\u0430", "${x}", "a\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" })
	void otherIdsAreRefusedWithWhatToTake(String id) {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.beginnings.begin(id, "Title", DraftsTests.DANA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.id"))
			.withMessageContaining("'" + id)
			.withMessageContaining("restart-shop");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "a ${b}", "#{b}", "a\nb", "a\u0000b" })
	void otherNamesAreRefused(String title) {
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.beginnings.begin("fine", title, DraftsTests.DANA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.title"));
	}

	@Test
	void noOtherOnesPlaceIsTaken() {
		this.beginnings.begin("restart-shop", "One", DraftsTests.DANA);

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.beginnings.begin("restart-shop", "Two", DraftsTests.ELI))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.taken"));
		assertThat(this.drafts.of("restart-shop")).hasSize(1);
	}

	@Test
	void onlyDesignersBeginOne() {
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.beginnings.begin("restart-shop", "One", DraftsTests.MIRA))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("playbook.forbidden"));
	}

}
