package dev.backout.desk.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.backout.backup.Backups;
import dev.backout.check.Suites;
import dev.backout.desk.Browsers;
import dev.backout.desk.Browsers.View;
import dev.backout.kernel.Rejected;
import dev.backout.run.Answer;
import dev.backout.run.InboxPage;
import dev.backout.run.Run;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.RunState;
import dev.backout.run.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Every page in a real browser, with the modules behind it played: fast, and in states
 * that are hard to reach.
 */
class PagesTests extends PlayedDesk {

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
		assertThat(page.getByLabel("Why? It stands in the record")).not().isVisible();
		page.getByText("Take a backup now").click();
		page.getByLabel("Why? It stands in the record").fill("before the sale");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take a backup").setExact(true)).click();
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
			Browsers.picture(page, "page-backups-folded-" + view);
			page.getByText("Take a backup now").click();
			page.getByLabel("Why? It stands in the record").fill("before the sale");
			page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take a backup").setExact(true))
				.click();

			assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("asked for by omar");
			assertThat(page.getByLabel("Why? It stands in the record")).isVisible();
			assertThat(page.getByLabel("Why? It stands in the record")).hasValue("before the sale");
			Browsers.picture(page, "page-backup-refused-" + view);
			Browsers.assertUsable(page);
			browsers.takeProblems();
			this.visitor.close();
		}
	}

	@Test
	void theFirstBackupIsOfferedOpenAndWhatAPlanChangesIsShown() {
		given(this.backups.list()).willReturn(List.of());
		for (var view : List.of(View.DESKTOP, View.PHONE.inTheDark())) {
			var page = logIn("mira", view);
			page.navigate(at("/backups"));
			assertThat(page.getByLabel("Why? It stands in the record")).isVisible();
			Browsers.picture(page, "page-backups-none-" + view);
			Browsers.assertUsable(page);
			given(this.runs.recent(anyInt())).willReturn(List.of());
			page.navigate(at("/releases/shop-2026.11.2/rollback"));
			assertThat(page.getByText("public.orders", new Page.GetByTextOptions().setExact(true))).isVisible();
			Browsers.picture(page, "page-rollback-tables-" + view);
			this.visitor.close();
		}
	}

	@Test
	void whoMayNotStartARunIsNotOfferedABackup() {
		var page = logIn("dana", View.DESKTOP);
		page.navigate(at("/backups"));
		assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Backups"))).hasCount(1);
		assertThat(page.getByText("Take a backup now")).hasCount(0);
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

}
