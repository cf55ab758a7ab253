package dev.backout.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.backout.TestDatabase;
import dev.backout.Visitor;
import dev.backout.backup.Backups;
import dev.backout.comms.Messages;
import dev.backout.kernel.Rejected;
import dev.backout.lesson.Reviews;
import dev.backout.people.ApiTokens;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.plan.Plans;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The demo's rollback from the first start to the review, with all parts real. */
@AutoConfigureObservability(tracing = false)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "backout.demo.enabled=true", "backout.demo.rows=4000", "backout.demo.announce=false" })
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class WholeRollbackTests {

	@TempDir
	static Path data;

	@TempDir
	static Path keys;

	/** Wants a log-in. */
	static final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

	@LocalServerPort
	int port;

	@Autowired
	JdbcClient jdbc;

	@Autowired
	People directory;

	@Autowired
	ApiTokens tokens;

	@Autowired
	DemoRollback people;

	@Autowired
	DemoInstallation installation;

	@Autowired
	DemoWitness witness;

	@Autowired
	Plans plans;

	@Autowired
	Runs runs;

	@Autowired
	Inbox inbox;

	@Autowired
	Backups backups;

	@Autowired
	Messages messages;

	@Autowired
	Reviews reviews;

	@DynamicPropertySource
	static void ownDatabases(DynamicPropertyRegistry registry) throws IOException {
		var own = TestDatabase.create();
		var shop = TestDatabase.create();
		registry.add("spring.datasource.url", own::url);
		registry.add("spring.datasource.username", () -> "postgres");
		registry.add("spring.datasource.password", () -> SecretCanaries.OWN_PASSWORD);
		registry.add("backout.targets.shop.url", shop::url);
		registry.add("backout.targets.shop.password", () -> SecretCanaries.TARGET_PASSWORD);
		mail.setUser("backout@shop.example", "backout", SecretCanaries.MAIL_PASSWORD);
		mail.getUserManager().setAuthRequired(true);
		mail.start();
		registry.add("backout.mail.host", () -> "127.0.0.1");
		registry.add("backout.mail.port", () -> mail.getSmtp().getPort());
		registry.add("backout.mail.user", () -> "backout");
		registry.add("backout.mail.password", () -> SecretCanaries.MAIL_PASSWORD);
		Files.writeString(keys.resolve("backups"), SecretCanaries.ENCRYPTION_KEY);
		registry.add("backout.backup.encryption-key", () -> "file:" + keys.resolve("backups"));
		Files.writeString(keys.resolve("store"), SecretCanaries.S3_SECRET);
		registry.add("backout.backup.second.bucket", () -> "canary");
		registry.add("backout.backup.second.endpoint", () -> "http://127.0.0.1:9");
		registry.add("backout.backup.second.access-key", () -> SecretCanaries.S3_KEY);
		registry.add("backout.backup.second.secret-key", () -> "file:" + keys.resolve("store"));
		registry.add("backout.data-dir", data::toString);
	}

	@AfterAll
	static void closeTheMailServer() {
		mail.stop();
	}

	@Test
	void takesTheShopBackAndKeepsWhatWasWrittenSince(CapturedOutput log) throws Exception {
		// given
		this.installation.start();
		var plan = this.people.plan();
		assertThat(this.plans.compute(plan.release(), plan.target())).isEqualTo(plan);
		assertThat(plan.losses()).isEmpty();
		assertThat(plan.reverts()).extracting((step) -> step.changeset())
			.containsExactly("ben:drop-coupon", "ben:payment-by-method", "ben:order-contact", "ben:one-closing-status",
					"ann:drop-legacy-sku", "ann:split-customer-name");

		// when
		var run = this.people.declare(plan);
		Awaitility.await()
			.atMost(Duration.ofMinutes(5))
			.pollInterval(Duration.ofMillis(200))
			.until(() -> answersUntilTheEnd(run));

		// then
		assertThat(this.runs.get(run).state()).as(() -> this.runs.timeline(run).toString()).isEqualTo(RunState.DONE);
		assertThat(this.witness.missingFromBefore()).isEmpty();
		assertThat(this.witness.missingFromSince()).isEmpty();
		assertThat(this.backups.list()).first().satisfies((backup) -> assertThat(backup.verified()).isTrue());
		assertThat(this.messages.of(run.toString())).noneMatch((message) -> message.draft())
			.filteredOn((message) -> message.audience().equals("stakeholders"))
			.extracting(
					(message) -> message.template() + " by " + java.util.Objects.requireNonNull(message.sent()).by())
			.containsExactlyInAnyOrder("rollback-declared by lena", "rollback-resolved by lena");
		assertThat(this.reviews.of(run.toString())).hasValueSatisfying((review) -> {
			assertThat(review.open()).isTrue();
			assertThat(review.draft()).contains("| Undo the migrations |", "None: every check reached");
		});
		assertThatExceptionOfType(Rejected.class).isThrownBy(this.people::plan)
			.withMessageContaining("Nothing of release 'shop-2026.11.2' is deployed");
		assertThat(whereSecretsAre(run, log)).as("secrets that got out").isEmpty();
	}

	/** Logs, tables, files, pages and REST, after a whole run. */
	private Set<String> whereSecretsAre(RunId run, CapturedOutput log) throws Exception {
		this.directory.add(new Person("cora", "Cora", "cora@example.org", Set.of(Role.values())), SecretCanaries.LOG_IN,
				"system");
		var token = this.tokens.issue("cora", "canary", Set.of(Role.values()), Duration.ofDays(1), "cora").secret();
		var canaries = new SecretCanaries();
		canaries.know("token", token);
		var visitor = new Visitor(this.port);
		visitor.logIn("cora", SecretCanaries.LOG_IN);
		var backup = this.backups.list().get(0).id();
		for (var page : List.of("/", "/runs", "/runs/" + run, "/releases", "/backups", "/backups/" + backup,
				"/messages", "/checks", "/ledger", "/playbooks", "/tokens", "/kept", "/status", "/status/feed.atom",
				"/runs/" + run + "/marks.json", "/playbooks/rules.json")) {
			var answer = visitor.get(page);
			assertThat(answer.statusCode()).as(page).isEqualTo(200);
			canaries.lookIn("page " + page, answer.body());
		}
		for (var path : List.of("/api/v1/runs", "/api/v1/runs/" + run, "/api/v1/runs/" + run + "/timeline",
				"/api/v1/backups", "/api/v1/backups/" + backup, "/api/v1/ledger/export", "/api/v1/playbooks",
				"/api/v1/tokens", "/actuator/health", "/actuator/prometheus", "/v3/api-docs")) {
			var answer = visitor.machine("GET", path, token);
			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			canaries.lookIn("REST " + path, answer.body());
		}
		for (var path : List.of("/actuator", "/actuator/env", "/actuator/configprops", "/actuator/heapdump")) {
			canaries.lookIn("REST " + path, visitor.machine("GET", path, token).body());
		}
		assertThat(canaries.lookInTables(this.jdbc)).isGreaterThan(60);
		assertThat(canaries.lookInFiles(data)).isGreaterThan(10);
		assertThat(log.getAll()).isNotBlank();
		canaries.lookIn("log", log.getAll());
		assertThat(mail.getReceivedMessages()).isNotEmpty();
		for (var message : mail.getReceivedMessages()) {
			canaries.lookIn("e-mail " + message.getSubject(), GreenMailUtil.getWholeMessage(message));
		}

		// what would be found is found
		var control = new SecretCanaries();
		control.know("run", run.toString());
		control.lookInTables(this.jdbc);
		assertThat(control.found()).contains("run in table backout.run", "run in table backout.ledger_entry");
		return canaries.found();
	}

	private boolean answersUntilTheEnd(RunId run) {
		var state = this.runs.get(run).state();
		assertThat(state).as(() -> this.runs.steps(run).toString()).isNotEqualTo(RunState.STUCK);
		for (var task : state.ended() ? List.<InboxTask>of() : this.inbox.open(run)) {
			if (task.kind() == InboxTask.Kind.APPROVAL) {
				assertThat(this.people.selfApproval(task)).contains("somebody else must approve");
			}
			this.people.answer(task);
		}
		return state.ended();
	}

}
