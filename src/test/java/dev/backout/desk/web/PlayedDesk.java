package dev.backout.desk.web;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
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
import dev.backout.playbook.Drafts;
import dev.backout.playbook.NewPlaybooks;
import dev.backout.playbook.Part;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.Playbooks;
import dev.backout.run.Escalation;
import dev.backout.run.Evidence;
import dev.backout.run.Expectation;
import dev.backout.run.Inbox;
import dev.backout.run.InboxPage;
import dev.backout.run.RunMoves;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import dev.backout.run.Timeline;
import dev.backout.watch.Health;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.transaction.PlatformTransactionManager;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;

/**
 * The pages with the modules behind them played, and a browser: fast, and in states that
 * are hard to reach. One application for all classes that extend it.
 */
@Tag("e2e")
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		classes = { PlayedDesk.Application.class, PropertyPlaceholderAutoConfiguration.class })
abstract class PlayedDesk {

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

	BrowserContext visitor;

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

	final Page logIn(String person, View view) {
		this.visitor = browsers.visitor(view);
		var page = this.visitor.newPage();
		page.navigate(at("/"));
		page.getByLabel("Name").fill(person);
		page.getByLabel("Password").fill("right");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
		assertThat(page).hasURL(at("/"));
		return page;
	}

	final String at(String path) {
		return "http://127.0.0.1:%d%s".formatted(this.port, path);
	}

	@TestConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ServletWebServerFactoryAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
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
