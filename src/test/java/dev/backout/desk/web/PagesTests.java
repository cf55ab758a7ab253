package dev.backout.desk.web;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.backout.backup.Alarm;
import dev.backout.backup.Backups;
import dev.backout.backup.Former;
import dev.backout.backup.Hold;
import dev.backout.backup.Keeping;
import dev.backout.backup.Restores;
import dev.backout.catalog.Releases;
import dev.backout.check.Deviations;
import dev.backout.check.SuiteRun;
import dev.backout.check.SuiteRuns;
import dev.backout.check.SuiteWork;
import dev.backout.check.Suites;
import dev.backout.comms.Deliveries;
import dev.backout.comms.Messages;
import dev.backout.comms.StatusPage;
import dev.backout.comms.Subscriptions;
import dev.backout.comms.Templates;
import dev.backout.desk.Answers;
import dev.backout.desk.Browsers;
import dev.backout.desk.Browsers.View;
import dev.backout.database.Targets;
import dev.backout.kernel.NodeClock;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.InclusionProof;
import dev.backout.ledger.LedgerExport;
import dev.backout.ledger.LedgerProofs;
import dev.backout.ledger.TreeHead;
import dev.backout.migration.Proofs;
import dev.backout.migration.Retention;
import dev.backout.people.ApiTokens;
import dev.backout.people.LogIns;
import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Rotation;
import dev.backout.plan.Plans;
import dev.backout.playbook.Draft;
import dev.backout.playbook.Drafts;
import dev.backout.playbook.NewPlaybooks;
import dev.backout.playbook.Part;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.Playbooks;
import dev.backout.run.Answer;
import dev.backout.run.Escalation;
import dev.backout.run.Evidence;
import dev.backout.run.Expectation;
import dev.backout.run.Inbox;
import dev.backout.run.InboxPage;
import dev.backout.run.Run;
import dev.backout.run.RunKind;
import dev.backout.run.RunMoves;
import dev.backout.run.RunRequest;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import dev.backout.run.Timeline;
import dev.backout.watch.Health;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.ArgumentCaptor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.autoconfigure.thymeleaf.ThymeleafAutoConfiguration;
import org.springframework.boot.autoconfigure.validation.ValidationAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Every page in a real browser, with the modules behind it played: fast, and in states
 * that are hard to reach.
 */
@Tag("e2e")
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, classes = PagesTests.Application.class)
class PagesTests {

	static final String RUN = "/runs/11111111-2222-3333-4444-555555555555";

	static final String PLAYBOOK = "/playbooks/small-rollback";

	static Browsers browsers;

	@LocalServerPort
	int port;

	@MockitoBean
	dev.backout.run.AfterMigrations afterMigrations;

	@MockitoBean
	People people;

	@MockitoBean
	LogIns logIns;

	@MockitoBean
	ApiTokens tokens;

	@MockitoBean
	OnCall onCall;

	@MockitoBean
	Escalation escalation;

	@MockitoBean
	Inbox inbox;

	@MockitoBean
	Runs runs;

	@MockitoBean
	Timeline timeline;

	@MockitoBean
	PlatformTransactionManager transactions;

	@MockitoBean
	Evidence evidence;

	@MockitoBean
	RunMoves moves;

	@MockitoBean
	Health health;

	@MockitoBean
	Releases releases;

	@MockitoBean
	Proofs proofs;

	@MockitoBean
	Plans plans;

	@MockitoBean
	Backups backups;

	@MockitoBean
	Keeping keeping;

	@MockitoBean
	Restores restores;

	@MockitoBean
	Retention retention;

	@MockitoBean
	Targets targets;

	@MockitoBean
	Deviations deviations;

	@MockitoBean
	Suites suites;

	@MockitoBean
	SuiteRuns suiteRuns;

	@MockitoBean
	SuiteWork suiteWork;

	@MockitoBean
	Messages messages;

	@MockitoBean
	Templates templates;

	@MockitoBean
	Deliveries deliveries;

	@MockitoBean
	StatusPage status;

	@MockitoBean
	Subscriptions subscriptions;

	@MockitoBean
	LedgerProofs ledger;

	@MockitoBean
	LedgerExport ledgerExport;

	@MockitoBean
	Playbooks playbooks;

	@MockitoBean
	Drafts drafts;

	@MockitoBean
	NewPlaybooks beginnings;

	@MockitoBean
	NodeClock nodeClock;

	@MockitoBean
	PlaybookLint lint;

	private BrowserContext visitor;

	@BeforeAll
	static void start() {
		browsers = Browsers.start();
	}

	@AfterAll
	static void stop() {
		if (browsers != null) {
			browsers.close();
		}
	}

	@BeforeEach
	void aRollbackHalfWay() {
		for (var person : List.of(DeskFixture.MIRA, DeskFixture.OMAR, DeskFixture.LENA, DeskFixture.DANA)) {
			given(this.people.find(person.id())).willReturn(Optional.of(person));
			given(this.people.nameOf(person.id())).willReturn(person.name());
			given(this.logIns.logIn(person.id(), "right", "127.0.0.1")).willReturn(person);
		}
		given(this.runs.expected(any())).willReturn(Optional.of(new Expectation(Duration.ofSeconds(183), 4)));
		given(this.escalation.next(any())).willReturn(Optional.of(DeskFixture.OMAR));
		given(this.onCall.rotations()).willReturn(List.of(Rotation.always("shop-commander", "Commander", ZoneOffset.UTC,
				DeskFixture.NOW.atOffset(ZoneOffset.UTC).toLocalDateTime(), Duration.ofDays(7),
				List.of("mira", "omar"))));
		given(this.onCall.at(anyString(), anyInt(), any())).willAnswer(
				(call) -> Optional.of(call.<Integer>getArgument(1).equals(1) ? DeskFixture.MIRA : DeskFixture.OMAR));
		var tasks = List.of(DeskFixture.approval(), DeskFixture.decision(), DeskFixture.message());
		given(this.inbox.of(any(), any(), anyInt())).willReturn(new InboxPage(tasks, 3, null));
		given(this.inbox.open(DeskFixture.RUN)).willReturn(tasks);
		tasks.forEach((task) -> given(this.inbox.find(task.id())).willReturn(Optional.of(task)));
		given(this.inbox.runOf(anyString())).willReturn(Optional.of(DeskFixture.RUN));
		given(this.runs.recent(anyInt())).willReturn(List.of(DeskFixture.run(RunState.STUCK)));
		given(this.runs.get(DeskFixture.RUN)).willReturn(DeskFixture.run(RunState.STUCK));
		given(this.runs.steps(DeskFixture.RUN)).willReturn(DeskFixture.steps());
		given(this.runs.diagram(DeskFixture.RUN)).willReturn(DeskFixture.diagram());
		given(this.runs.timeline(DeskFixture.RUN)).willReturn(DeskFixture.timeline());
		given(this.evidence.of(DeskFixture.RUN)).willReturn(List.of(DeskFixture.attachment()));
		given(this.moves.newer(any())).willReturn(true);
		given(this.moves.preview(DeskFixture.RUN)).willReturn(DeskFixture.move());
		given(this.people.all()).willReturn(List.of(DeskFixture.MIRA, DeskFixture.OMAR, DeskFixture.LENA));
		given(this.health.unhealthy()).willReturn(List.of(DeskFixture.unhealthy()));
		given(this.health.of(anyString())).willReturn(DeskFixture.unhealthy());
		given(this.releases.all()).willReturn(List.of(DeskFixture.release()));
		given(this.releases.get(anyString())).willReturn(DeskFixture.release());
		given(this.proofs.of(anyString())).willReturn(Optional.of(ProofFixture.proof()));
		given(this.proofs.newest(anyString())).willReturn(Optional.of(ProofFixture.proof()));
		given(this.plans.compute(anyString(), anyString())).willReturn(DeskFixture.plan(true));
		given(this.backups.list()).willReturn(List.of(DeskFixture.backup()));
		given(this.backups.find(anyString())).willReturn(Optional.of(DeskFixture.backup()));
		given(this.keeping.objectives(anyString())).willReturn(DeskFixture.objectives());
		given(this.keeping.alarms(anyString())).willReturn(List.of(new Alarm("shop", "size",
				"Backup b-20261123-021012 of 'shop' has 31,000,000 bytes, +62 % of the 19,100,000 of b-20261122-020011")));
		given(this.keeping.kept(anyString())).willReturn(Map.of("b-20261123-021012", Set.of("daily", "last")));
		given(this.keeping.held(anyString()))
			.willReturn(Optional.of(new Hold("omar", DeskFixture.NOW.minusSeconds(3600), "Evidence of the incident")));
		given(this.keeping.history(anyString())).willReturn(DeskFixture.verifications());
		given(this.keeping.copies(anyString())).willReturn(List.of(DeskFixture.copy()));
		given(this.keeping.contents(anyString())).willReturn(DeskFixture.contents());
		given(this.restores.estimate(any())).willReturn(DeskFixture.estimate());
		given(this.restores.downtimes(anyString())).willReturn(List.of(Duration.ofMillis(190), Duration.ofMillis(25)));
		given(this.restores.formers(anyString())).willReturn(
				List.of(new Former("shop_before_0a1b2c3d", DeskFixture.NOW.minusSeconds(90_000), 2_131_000_000L)));
		given(this.restores.chosen(anyString())).willReturn(Optional.empty());
		given(this.templates.get(anyString())).willReturn(DeskFixture.template());
		given(this.messages.of(anyString())).willReturn(List.of(DeskFixture.draft(), DeskFixture.letter()));
		given(this.messages.latest(anyInt())).willReturn(List.of(DeskFixture.letter()));
		given(this.messages.draft(any(), anyString())).willReturn(DeskFixture.draft());
		given(this.messages.get(any())).willReturn(DeskFixture.letter());
		given(this.messages.preview(any(), anyString())).willReturn(DeskFixture.content());
		given(this.messages.fields(any(), anyString())).willReturn(DeskFixture.draft().fields());
		given(this.status.view()).willReturn(DeskFixture.status());
		given(this.ledger.head()).willReturn(new TreeHead(1, "root"));
		given(this.ledger.entry(0)).willReturn(DeskFixture.entry());
		given(this.ledger.entries(anyString())).willReturn(List.of(DeskFixture.entry()));
		given(this.ledger.proofOf(0)).willReturn(new InclusionProof(0, new TreeHead(1, "cm9vdA=="), List.of()));
		given(this.targets.all()).willReturn(List.of(KeptFixture.target()));
		given(this.retention.kept(anyString())).willReturn(KeptFixture.kept());
		given(this.retention.kept(anyString(), anyString())).willReturn(KeptFixture.kept().get(1));
		given(this.retention.tallies(anyString(), anyString())).willReturn(KeptFixture.tallies());
		given(this.retention.conflicts(anyString(), anyString(), anyLong(), anyInt()))
			.willReturn(KeptFixture.conflicts());
		given(this.deviations.of(anyString())).willReturn(List.of(DeskFixture.deviation()));
		given(this.deviations.unsettled()).willReturn(List.of(DeskFixture.deviation()));
		given(this.deviations.ofCheckRun(anyString())).willReturn(List.of(DeskFixture.deviation()));
		given(this.deviations.get(anyString())).willReturn(DeskFixture.deviation());
		given(this.suites.readings())
			.willReturn(new Suites.Readings(List.of(CheckPagesFixture.suite()), List.of(), Map.of()));
		given(this.suiteRuns.targets()).willReturn(List.of("shop"));
		given(this.suiteRuns.overview()).willReturn(List.of(CheckPagesFixture.overview()));
		given(this.suiteRuns.get("c1")).willReturn(CheckPagesFixture.run(SuiteRun.State.FINISHED));
		given(this.suiteRuns.get("c2")).willReturn(CheckPagesFixture.run(SuiteRun.State.RUNNING));
		given(this.suiteRuns.trends(any())).willReturn(CheckPagesFixture.trends());
	}

	@BeforeEach
	void aPlaybookInTheMaking() {
		given(this.playbooks.all()).willReturn(List.of(DeskFixture.glance()));
		given(this.playbooks.get(anyString())).willReturn(DeskFixture.glance());
		given(this.playbooks.newest(anyString())).willReturn("d2");
		given(this.playbooks.versions(anyString())).willReturn(DeskFixture.versions());
		given(this.playbooks.content(anyString(), anyString())).willReturn(DeskFixture.playbook());
		given(this.playbooks.findings(anyString(), anyString())).willReturn(DeskFixture.findings());
		given(this.playbooks.difference(anyString(), anyString(), anyString())).willReturn(DeskFixture.differences());
		given(this.drafts.of(anyString())).willReturn(DeskFixture.drafts());
		given(this.drafts.latest(anyString())).willReturn(Optional.of(DeskFixture.drafts().get(0)));
		given(this.playbooks.parts(anyString(), anyString())).willReturn(List.of(new Part("Task_Tell", "Tell",
				"Step, notify.send", List.of(new Part.Fact("Template", "rollback-progress")))));
		given(this.lint.book()).willReturn(DeskFixture.LINT.book());
		given(this.lint.steps()).willReturn(DeskFixture.LINT.steps());
	}

	@AfterEach
	void nothingWentWrongInTheBrowser() {
		if (this.visitor != null) {
			this.visitor.close();
		}
		assertThat(browsers.takeProblems()).as("console errors, refusals of the content policy among them").isEmpty();
	}

	static List<View> views() {
		return List.of(View.DESKTOP, View.NARROW, View.PHONE.inTheDark());
	}

	@Test
	void suiteWhoseOwnerNobodyKnowsIsNamedBesideTheOthers() {
		given(this.suites.readings()).willReturn(new Suites.Readings(List.of(CheckPagesFixture.suite()), List.of(),
				java.util.Map.of("digest", new Rejected("check-suite.unknown-owner",
						"shop.yaml: suite 'shop' names owners whom nobody knows: 'zoe' of check 'references-whole'"))));
		var page = logIn("omar", views().get(0));

		page.navigate(at("/checks"));

		assertThat(page.locator("[role=alert]").allTextContents()).containsExactly(
				"Nobody can start this suite: shop.yaml: suite 'shop' names owners whom nobody knows: 'zoe' of check 'references-whole'");
		Browsers.assertUsable(page);
	}

	@ParameterizedTest
	@MethodSource("views")
	void canBeUsedByEverybody(View view) {
		var page = logIn("omar", view);
		for (var path : List.of("/", "/runs", RUN, RUN + "/move", "/tasks/a1", "/tasks/d1", "/releases",
				"/releases/shop-2026.11.2", "/releases/shop-2026.11.2/rollback", "/checks", "/checks/runs/c1",
				"/checks/runs/c2", "/checks/deviations/d1", "/messages", "/messages/" + DeskFixture.LETTER, "/backups",
				"/backups/b-20261123-021012", "/backups/b-20261123-021012/restore", "/kept",
				"/kept/thing?target=shop&stash=s", "/ledger", "/ledger/0", "/tokens", "/status", PLAYBOOK, "/playbooks",
				PLAYBOOK + "/difference?from=v1&to=d2")) {
			given(this.runs.recent(anyInt())).willReturn(path.contains("rollback") ? List.of() : aStuckRun());
			page.navigate(at(path));
			if (page.locator("[data-island]").count() > 0) {
				page.waitForSelector("[data-island][data-ready]");
			}
			Browsers.picture(page, "page%s-%s".formatted(path.replaceAll("[/?=&]", "-"), view));
			Browsers.assertUsable(page);
		}
	}

	@Test
	void aRestoreIsApprovedKnowingWhatItTakesAndLoses() {
		given(this.restores.chosen(anyString())).willReturn(Optional.of(DeskFixture.choice()));
		for (var view : List.of(View.DESKTOP, View.PHONE.inTheDark())) {
			var page = logIn("omar", view);
			page.navigate(at("/tasks/a1"));

			assertThat(page.locator("main")).containsText("takes the target's place");
			assertThat(page.locator("main")).containsText("190 ms");
			Browsers.picture(page, "page-approve-restore-" + view);
			Browsers.assertUsable(page);
			this.visitor.close();
		}
	}

	@Test
	void aBackupIsTakenOrVerifiedWhenSomebodyAsks() {
		given(this.targets.named("shop")).willReturn(KeptFixture.target());
		given(this.runs.start(any(), any())).willReturn(DeskFixture.RUN);
		var page = logIn("mira", View.PHONE);
		page.navigate(at("/backups"));
		page.getByLabel("Why? It stands in the record").fill("before the sale");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take a backup")).click();
		assertThat(page).hasURL(at(RUN));
		verify(this.runs).start(asked("scheduled-backup", "shop"), DeskFixture.MIRA);

		page.navigate(at("/backups/b-20261123-021012"));
		page.getByLabel("Why it is restored and compared again").fill("before the sale");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify it now")).click();
		assertThat(page).hasURL(at(RUN));
		verify(this.runs).start(asked("restore-drill", DeskFixture.backup().id()), DeskFixture.MIRA);
	}

	private static RunRequest asked(String playbook, String only) {
		return new RunRequest(playbook, RunKind.REAL, "", "shop", Severity.SEV5, "before the sale", null,
				Map.of("only", only));
	}

	@Test
	void whyNoBackupIsTakenIsSaidWhereItWasAskedFor() {
		given(this.targets.named("shop")).willReturn(KeptFixture.target());
		given(this.runs.start(any(), any())).willThrow(new Rejected("run.active",
				"'Scheduled backup' is at work on shop already, asked for by omar: follow that run instead"));
		for (var view : List.of(View.DESKTOP, View.PHONE, View.DESKTOP.inTheDark(), View.PHONE.inTheDark())) {
			var page = logIn("mira", view);
			page.navigate(at("/backups/b-20261123-021012"));
			Browsers.picture(page, "page-backup-verify-" + view);
			Browsers.assertUsable(page);
			page.navigate(at("/backups"));
			page.getByLabel("Why? It stands in the record").fill("before the sale");
			page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take a backup")).click();

			assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("asked for by omar");
			assertThat(page.getByLabel("Why? It stands in the record")).hasValue("before the sale");
			Browsers.picture(page, "page-backup-refused-" + view);
			Browsers.assertUsable(page);
			browsers.takeProblems();
			this.visitor.close();
		}
	}

	@Test
	void whoMayNotStartARunIsNotOfferedABackup() {
		var page = logIn("dana", View.DESKTOP);
		page.navigate(at("/backups"));
		assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Backups"))).hasCount(1);
		assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take a backup"))).hasCount(0);
		page.navigate(at("/backups/b-20261123-021012"));
		assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Restored"))).hasCount(1);
		assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify it now"))).hasCount(0);
	}

	@Test
	void theNamedOwnerSeesTheMessageAsItArrives() {
		for (var view : List.of(View.DESKTOP, View.PHONE)) {
			var page = logIn("lena", view);
			page.navigate(at("/tasks/m1"));

			var letter = page.frameLocator("iframe.letter");

			assertThat(letter.locator("h1")).hasText("Shop: problem with Orders");
			assertThat(letter.locator("h1")).hasCSS("font-size", "20px");
			Browsers.picture(page, "page-message-task-" + view);
			Browsers.assertUsable(page);
			this.visitor.close();
		}
	}

	@Test
	void nothingIsApprovedBeforeTheTargetsNameWasTyped() {
		var page = logIn("omar", View.PHONE);
		page.navigate(at("/tasks/a1"));
		var approve = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Roll back the release"));

		assertThat(approve).hasAttribute("aria-disabled", "true");
		approve.click(new Locator.ClickOptions().setForce(true));
		assertThat(page).hasURL(at("/tasks/a1"));
		page.getByLabel("To approve").fill("shop");
		assertThat(approve).hasAttribute("aria-disabled", "false");
		approve.click();

		assertThat(page).hasURL(at(RUN));
		verify(this.inbox).answer("a1", Answer.of("approve", null, DeskFixture.SEAL), DeskFixture.OMAR);
	}

	@Test
	void withoutScriptsTheServerAsksForTheTargetsName() {
		var page = logIn("omar", View.PHONE.withoutScripts());
		page.navigate(at("/tasks/a1"));

		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Roll back the release")).click();

		assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("type the target's name, 'shop', exactly");
		verify(this.inbox, never()).answer(any(), any(), any());
		browsers.takeProblems();
	}

	@Test
	void whoDeclaredItSeesWhyTheyCannotApprove() {
		var page = logIn("mira", View.DESKTOP);
		page.navigate(at("/tasks/a1"));

		assertThat(page.getByText("You declared this rollback: somebody else must approve it")).isVisible();
		assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Roll back the release")))
			.hasCount(0);
	}

	@Test
	void aDesignerHearsOfBrokenRulesWhileDrawing() {
		var page = logIn("dana", View.DESKTOP);
		page.navigate(at(PLAYBOOK + "/edit"));
		page.waitForSelector("[data-island][data-ready]");
		assertThat(page.locator("[data-modeler-count]")).hasText("No rule is broken");

		page.evaluate("document.querySelector('[data-island]').modeler.get('selection')"
				+ ".select(document.querySelector('[data-island]').modeler.get('elementRegistry').get('Flow_Approved'))");
		page.getByLabel("Taken when", new Page.GetByLabelOptions().setExact(true)).fill("${severity == 'SEV1'}");
		page.getByLabel("Taken when", new Page.GetByLabelOptions().setExact(true)).blur();

		assertThat(page.locator("[data-modeler-findings]")).containsText("PB111");
		assertThat(page.locator("[data-modeler-findings]")).containsText("a path reaches it without an approval");
		assertThat(page.locator("[data-modeler-state]")).hasText("Not saved");
		Browsers.picture(page, "modeler-1280");
		Browsers.assertUsable(page);
	}

	@Test
	void aStepIsPickedByWhatItDoesAndToldWhatItNeeds() {
		var page = logIn("dana", View.DESKTOP.inTheDark());
		page.navigate(at(PLAYBOOK + "/edit"));
		page.waitForSelector("[data-island][data-ready]");

		page.locator("[data-action='create.step']").click();
		page.locator(".djs-popup-search input").pressSequentially("verify");
		assertThat(page.locator(".djs-popup .entry.selected")).hasAttribute("data-id", "step-backup.verify");
		Browsers.picture(page, "modeler-pick-1280-dark");
		page.keyboard().press("Enter");

		assertThat(page.getByLabel("Step type")).hasValue("backup.verify");
		assertThat(page.getByLabel("Backup id *")).hasValue("${backupId}");
		page.getByLabel("Not older than").fill("an hour");
		page.getByLabel("Not older than").blur();
		assertThat(page.locator(".bo-modeler__panel input:invalid")).hasCount(1);
		page.getByLabel("Not older than").fill("PT1H");
		page.getByLabel("Thorough").selectOption("true");
		assertThat(page.locator("[data-modeler-findings]")).containsText("PB104");
		page.getByLabel("Step type").selectOption("flag.set");
		assertThat(page.getByLabel("Not older than")).hasCount(0);
		assertThat(page.getByLabel("State *")).hasValue("");
		Browsers.assertUsable(page);
	}

	@Test
	void aPlaybookBeginsOnAPhoneToo() {
		given(this.beginnings.begin(eq("restart-shop"), eq("Restart the shop"), eq(DeskFixture.DANA)))
			.willThrow(new Rejected("playbook.taken", "There is a playbook 'restart-shop' already: take another id"));
		var page = logIn("dana", View.PHONE);
		page.navigate(at("/playbooks"));
		page.getByText("New playbook").click();
		page.getByLabel("Name").fill("Restart the shop");
		page.getByLabel("Id").fill("restart-shop");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Begin")).click();

		assertThat(page.getByRole(AriaRole.ALERT)).containsText("take another id");
		assertThat(page.getByLabel("Name")).hasValue("Restart the shop");
		assertThat(page.getByLabel("Id")).hasAttribute("aria-invalid", "true");
		Browsers.picture(page, "playbook-new-390");
		Browsers.assertUsable(page);
		browsers.takeProblems();
	}

	@Test
	void aTapOnTheDrawingOpensItsWords() {
		var page = logIn("dana", View.PHONE);
		page.navigate(at(PLAYBOOK));
		page.waitForSelector("[data-island][data-ready]");

		page.locator("[data-element-id='Task_Tell'] .djs-hit").first().dispatchEvent("click");

		assertThat(page.locator("#part-Task_Tell")).hasAttribute("open", "");
		assertThat(page.getByText("rollback-progress")).isVisible();
	}

	@Test
	void whatIsDrawnIsSavedAsTheNextVersion() {
		given(this.drafts.save(anyString(), anyInt(), any(), anyString(), any())).willReturn(DeskFixture.draft(3));
		var page = logIn("dana", View.DESKTOP.inTheDark());
		page.navigate(at(PLAYBOOK + "/edit"));
		page.waitForSelector("[data-island][data-ready]");
		page.evaluate("document.querySelector('[data-island]').modeler.get('selection')"
				+ ".select(document.querySelector('[data-island]').modeler.get('elementRegistry').get('Task_Tell'))");

		page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Tell them");
		page.getByLabel("What you changed").fill("A better name");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save as a draft")).click();

		assertThat(page.locator("[data-modeler-state]")).hasText("Saved as version 3");
		var saved = ArgumentCaptor.forClass(byte[].class);
		verify(this.drafts).save(eq("small-rollback"), eq(2), saved.capture(), eq("A better name"),
				eq(DeskFixture.DANA));
		assertThat(new String(saved.getValue(), StandardCharsets.UTF_8)).contains("name=\"Tell them\"");
		assertThat(DeskFixture.LINT.errors(new PlaybookFile("saved.bpmn", saved.getValue()))).isEmpty();
		Browsers.picture(page, "modeler-1280-dark");
		Browsers.assertUsable(page);
	}

	@Test
	void whoIsTooLateKeepsTheDrawingAndCanPutItOnTop() {
		given(this.drafts.save(anyString(), eq(2), any(), anyString(), any()))
			.willThrow(new Rejected("playbook.changed", "Eli saved version 3 while you worked"));
		given(this.drafts.save(anyString(), eq(3), any(), anyString(), any())).willReturn(DeskFixture.draft(4));
		var page = logIn("dana", View.DESKTOP);
		page.navigate(at(PLAYBOOK + "/edit"));
		page.waitForSelector("[data-island][data-ready]");
		given(this.drafts.latest(anyString())).willReturn(Optional.of(DeskFixture.draft(3)));

		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save as a draft")).click();
		assertThat(page.locator("[data-modeler-state]")).containsText("Eli saved version 3 while you worked");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save mine on top of version 3")).click();

		assertThat(page.locator("[data-modeler-state]")).hasText("Saved as version 4");
		browsers.takeProblems();
	}

	@Test
	void whatChangedBeforeThePageListenedIsShown() {
		// It ends after the page was written, and nobody is told.
		given(this.runs.get(DeskFixture.RUN))
			.willAnswer((call) -> DeskFixture.run(asksForNews() ? RunState.DONE : RunState.STUCK));
		var page = logIn("omar", View.PHONE);

		page.navigate(at(RUN));

		// Sooner than the page gives up a silent stream and opens another one.
		assertThat(page.locator(".head").getByText("Done").first())
			.isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
	}

	private static boolean asksForNews() {
		return RequestContextHolder.currentRequestAttributes() instanceof ServletRequestAttributes web
				&& web.getRequest().getRequestURI().endsWith("/live");
	}

	@Test
	void onlyDesignersDraw() {
		var page = logIn("omar", View.DESKTOP);

		assertThat(page.navigate(at(PLAYBOOK + "/edit")).status()).isEqualTo(403);
		browsers.takeProblems();
	}

	@Test
	void anUnhealthyReleaseThatNobodyIsAtIsTheHeadline() {
		given(this.inbox.of(any(), any(), anyInt())).willReturn(new InboxPage(List.of(), 0, null));
		given(this.runs.recent(anyInt())).willReturn(List.of());

		var page = logIn("omar", View.PHONE);

		assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
			.hasText("A release is unhealthy");

		given(this.runs.recent(anyInt())).willReturn(aStuckRun());
		page.reload();

		assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1))).hasText("A run is stuck");
	}

	@Test
	void axeSeesAPlantedFault() {
		var page = logIn("omar", View.DESKTOP);
		page.evaluate("document.querySelector('main').append(document.createElement('button'))");

		assertThatThrownBy(() -> Browsers.assertUsable(page)).hasMessageContaining("button-name");
	}

	private static List<Run> aStuckRun() {
		return List.of(DeskFixture.run(RunState.STUCK));
	}

	private Page logIn(String person, View view) {
		this.visitor = browsers.visitor(view);
		var page = this.visitor.newPage();
		page.navigate(at("/"));
		page.getByLabel("Name").fill(person);
		page.getByLabel("Password").fill("right");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
		assertThat(page).hasURL(at("/"));
		return page;
	}

	private String at(String path) {
		return "http://127.0.0.1:%d%s".formatted(this.port, path);
	}

	@SpringBootConfiguration
	@ImportAutoConfiguration({ PropertyPlaceholderAutoConfiguration.class,
			ServletWebServerFactoryAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class,
			HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class,
			ThymeleafAutoConfiguration.class, ValidationAutoConfiguration.class, SecurityAutoConfiguration.class,
			SecurityFilterAutoConfiguration.class })
	@ComponentScan(basePackageClasses = Answers.class,
			excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*Tests.*"))
	static class Application {

		@Bean
		Clock clock() {
			return Clock.fixed(DeskFixture.NOW, ZoneOffset.UTC);
		}

	}

}
