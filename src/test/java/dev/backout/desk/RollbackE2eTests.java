package dev.backout.desk;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import dev.backout.Backout;
import dev.backout.desk.Browsers.View;
import dev.backout.people.ApiTokens;
import dev.backout.people.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole application, as people use it: a bad release is rolled back from a task list.
 */
@Tag("e2e")
@DirtiesContext
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, classes = Backout.class,
		properties = { "backout.demo.enabled=true", "backout.demo.rows=1000", "backout.demo.traffic=false" })
class RollbackE2eTests {

	@TempDir(cleanup = CleanupMode.NEVER)
	static Path data;

	static Browsers browsers;

	static String run;

	static String approval;

	@LocalServerPort
	int port;

	@Autowired
	ApiTokens tokens;

	private BrowserContext visitor;

	/** What somebody saw when a test failed stays under {@code target/pictures}. */
	@RegisterExtension
	final AfterTestExecutionCallback witness = (test) -> {
		if (test.getExecutionException().isPresent() && this.visitor != null) {
			this.visitor.pages().forEach((page) -> Browsers.picture(page, "failed-" + test.getDisplayName()));
		}
	};

	@DynamicPropertySource
	static void ownData(DynamicPropertyRegistry registry) {
		registry.add("backout.data-dir", () -> data.toString());
	}

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

	@AfterEach
	void nothingWentWrongInTheBrowser() {
		if (this.visitor != null) {
			this.visitor.close();
		}
		assertThat(browsers.takeProblems()).as("console errors, refusals of the content policy among them").isEmpty();
	}

	@Test
	@Order(1)
	void theCommanderSeesTheBadReleaseAndDeclaresItsRollback() {
		var page = logIn("mira", View.DESKTOP, "/");
		assertThat(page.getByText("Release shop-2026.11.2 is unhealthy")).isVisible();
		assertThat(page.getByText("What would be lost")).isVisible(patient());
		followsAChange(page);
		assertThat(page.getByText("What would be lost")).isVisible();
		usable(page, "desk");

		link(page, "Look at the rollback").click();
		assertThat(page.getByText("What happens, in this order")).isVisible();
		usable(page, "rollback");
		button(page, "Declare the rollback").click();

		assertThat(page.getByText("'Approve the rollback' waits for")).isVisible(patient());
		run = page.url().substring(page.url().indexOf("/runs/"));
		page.waitForSelector("[data-island][data-ready]");
		assertThat(page.locator(".bjs-powered-by")).isVisible();
		approval = link(page, "Approve the rollback").first().getAttribute("href");
		usable(page, "run");
	}

	@Test
	@Order(2)
	void whoDeclaredItCannotApproveIt() {
		var page = logIn("mira", View.PHONE, approval);

		assertThat(page.getByText("You declared this rollback: somebody else must approve it")).isVisible();
		assertThat(button(page, "Roll the release back")).hasCount(0);

		var secret = this.tokens.issue("mira", "test", Set.of(Role.OPERATOR, Role.APPROVER), Duration.ofDays(1), "mira")
			.secret();
		var answer = this.visitor.request()
			.post(at("/api/v1" + approval + "/answer"),
					RequestOptions.create()
						.setHeader("Authorization", "Bearer " + secret)
						.setHeader("Content-Type", "application/json")
						.setData("{\"decision\": \"approve\"}"));
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.text()).contains("task.four-eyes");
	}

	@Test
	@Order(3)
	void theNamedOwnerSendsTheMessageAndReadsItAsItArrived() {
		var page = logIn("lena", View.DESKTOP, "/");
		page.locator("article a.row-link").first().click();
		page.getByLabel("Who is affected, and how?").fill("Some customers cannot pay <b>at once</b>.");
		button(page, "Keep and preview").click();
		assertThat(page.frameLocator("iframe.letter").locator("body"))
			.containsText("Some customers cannot pay <b>at once</b>.");
		usable(page, "message-task");
		button(page, "Send the message").click();

		assertThat(page).hasURL(at(run));
		link(page, "Shop: problem with").first().click();
		assertThat(page.frameLocator("iframe.letter").locator("h1")).containsText("Shop");
		assertThat(page.getByText("Delivered").first()).isVisible(patient());
		usable(page, "message");
	}

	@Test
	@Order(4)
	void everybodyElseReadsTheStatusPageWithoutLogIn() {
		this.visitor = browsers.visitor(View.PHONE);
		var page = this.visitor.newPage();
		page.navigate(at("/status"));

		assertThat(page.getByText("Identified").first()).isVisible();
		usable(page, "status");
		assertThat(this.visitor.request().get(at("/status/feed.atom")).text()).contains("<feed").contains("Identified");
	}

	@Test
	@Order(5)
	void anotherCommanderApprovesFromALinkOnThePhoneAndWatchesItFinish() {
		var page = logIn("omar", View.PHONE, approval);
		usable(page, "approval");
		if (page.getByLabel("To approve").count() > 0) {
			page.getByLabel("To approve").fill("shop");
		}
		button(page, "Roll the release back").click();
		assertThat(page).hasURL(at(run));

		// The page follows by itself: nothing is loaded anew.
		page.evaluate("window.sameDocument = true");
		assertThat(page.getByText("'Tell the stakeholders that it is over' waits for")).isVisible(patient());
		assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
		usable(page, "run-finishing");
	}

	@Test
	@Order(6)
	void theLastMessageEndsTheRun() {
		var page = logIn("lena", View.PHONE.inTheDark(), "/");
		page.locator("article a.row-link").first().click();
		usable(page, "message-task");
		button(page, "Send").first().click();

		assertThat(page.locator("h1 ~ *, .head").getByText("Done").first()).isVisible(patient());
		usable(page, "run-done");
	}

	@Test
	@Order(7)
	void everythingCanBeReadWithoutScripts() {
		var page = logIn("aris", View.NARROW.withoutScripts(), "/");
		for (var path : List.of("/", run, "/releases", "/releases/shop-2026.11.2", "/messages", "/backups", "/ledger",
				"/ledger/0", "/tokens", "/status")) {
			assertThat(page.navigate(at(path)).status()).as(path).isEqualTo(200);
			assertThat(page.locator("h1")).isVisible();
		}
	}

	@Test
	@Order(8)
	void machinesFindTheDescriptionOfTheApi() {
		this.visitor = browsers.visitor(View.DESKTOP);

		var description = this.visitor.request().get(at("/v3/api-docs")).text();

		assertThat(description).contains("/api/v1/runs", "/api/v1/tasks/{id}/answer", "/api/v1/status");
	}

	/**
	 * Also the proof that a link survives the log-in: the page asked for is the page
	 * shown.
	 */
	private Page logIn(String person, View view, String path) {
		this.visitor = browsers.visitor(view);
		var page = this.visitor.newPage();
		page.navigate(at(path));
		page.getByLabel("Name").fill(person);
		page.getByLabel("Password").fill(person + "-demo");
		button(page, "Log in").click();
		assertThat(page).hasURL(at(path));
		return page;
	}

	/** Somewhere something changed: the page takes what is new into its place. */
	private static void followsAChange(Page page) {
		page.waitForResponse((response) -> response.url().contains("/live"),
				() -> page.evaluate("document.body.dispatchEvent(new CustomEvent('backout:changed'))"));
		page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
	}

	private String at(String path) {
		return "http://127.0.0.1:%d%s".formatted(this.port, path);
	}

	private static void usable(Page page, String name) {
		Browsers.picture(page, "e2e-" + name);
		Browsers.assertUsable(page);
	}

	private static Locator button(Page page, String name) {
		return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
	}

	private static Locator link(Page page, String name) {
		return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
	}

	/** The machine may be busy with other tests. */
	private static LocatorAssertions.IsVisibleOptions patient() {
		return new LocatorAssertions.IsVisibleOptions().setTimeout(90_000);
	}

}
