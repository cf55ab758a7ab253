package dev.backout.desk.web;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.backout.desk.Browsers;
import dev.backout.desk.Browsers.View;
import dev.backout.kernel.Rejected;
import dev.backout.playbook.PlaybookFile;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.verify;

/** Drawing a playbook in a real browser, with what is behind the pages played. */
class PlaybookEditorTests extends PlayedDesk {

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
	void onlyDesignersDraw() {
		var page = logIn("omar", View.DESKTOP);

		assertThat(page.navigate(at(PLAYBOOK + "/edit")).status()).isEqualTo(403);
		browsers.takeProblems();
	}

}
