package dev.backout.comms;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What templates may say and what values may not do to them. */
class TemplatesTests {

	final Templates templates = templates(null, ZoneOffset.UTC);

	static Templates templates(Path directory, ZoneId zone) {
		return new Templates(new MessageProperties(directory, URI.create("http://localhost:8080"), "Backout", zone));
	}

	static Map<String, String> values(Object... pairs) {
		var values = new HashMap<>(
				Map.of("product", "Shop", "version", "2026.11.2", "impact", "Some cannot pay.", "scope", "Orders",
						"whatWeDo", "We take it back.", "nextUpdateAt", "2026-11-23T03:30:00Z", "owner", "Lena Roth"));
		for (int at = 0; at < pairs.length; at += 2) {
			values.put((String) pairs[at], (String) pairs[at + 1]);
		}
		return values;
	}

	Rendered declared(Map<String, String> values) {
		return this.templates.render(this.templates.get("rollback-declared"), values);
	}

	@Test
	void answersWhatAStakeholderAsks() {
		var message = declared(values());

		assertThat(message.subject()).isEqualTo("Shop: problem with Orders, we are rolling back release 2026.11.2");
		assertThat(message.text())
			.containsSubsequence("ARE YOU AFFECTED?", "Some cannot pay. This concerns Orders.", "WHAT IS BEING DONE?",
					"We take it back.", "WHAT SHOULD YOU DO?", "Nothing for now.", "WHEN DO YOU HEAR FROM US AGAIN?",
					"By 03:30 UTC on Monday 23 November", "Lena Roth")
			.doesNotContain("**", "{{", "##", "\n\n\n");
		assertThat(message.html())
			.contains("<h2>Are you affected?</h2>", "<strong>By 03:30 UTC on Monday 23 November</strong>")
			.doesNotContain("{{", "**");
	}

	@Test
	void writesOurWallClockBesideUtc() {
		var berlin = templates(null, ZoneId.of("Europe/Berlin"));

		assertThat(berlin.render(berlin.get("rollback-declared"), values()).text())
			.contains("By 04:30 (Europe/Berlin) on Monday 23 November, which is 03:30 UTC");
	}

	@Test
	void isNotRenderedWithAMissingField() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> declared(values("impact", " ", "scope", "")))
			.withMessageContaining("impact, scope")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("message.missing-fields"));
	}

	@Test
	void aValueStaysAValue() {
		var message = declared(values("impact",
				"<script>alert(1)</script> {{owner}} {{{owner}}} **x** [x](https://evil.example) \"'&\nnext line"));

		assertThat(message.html()).doesNotContain("<script>", "<a ", "<strong>x")
			.contains("&lt;script&gt;", "{{owner}}", "{{{owner}}}", "**x**", "[x](https://evil.example)", "<br>");
		assertThat(message.text()).contains("<script>alert(1)</script> {{owner}}");
	}

	@Test
	void aSubjectIsOneLine() {
		var message = declared(values("scope", "Orders\r\nBcc: everybody@example.org\r\n\r\nBody"));

		assertThat(message.subject()).doesNotContain("\r", "\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "javascript:alert(1)", "data:text/html,x", "//evil.example", "https://x\" onclick=\"y",
			"https://x <b>" })
	void aLinkLeadsToTheWeb(String url) {
		var page = this.templates.get("page-owner");

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(
					() -> this.templates.render(page, Map.of("what", "t", "target", "shop", "why", "w", "url", url)))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("message.bad-link"));
	}

	@Test
	void theFrameHoldsTheRecordAndTheReason() {
		var framed = this.templates.framed(declared(values()), Map.of("sender", "Shop <ops>", "why",
				"You are one of us.", "statusUrl", "https://s.example", "ledgerSize", "7", "ledgerRoot", "K3x="));

		assertThat(framed.text())
			.contains("\n-- \nYou are one of us.\nStatus page: https://s.example\n" + "Record: 7 entries, root K3x=")
			.doesNotContain("Stop these");
		assertThat(framed.html()).contains("Shop &lt;ops&gt;", "root <span class=\"root\">K3x&#x3D;</span>")
			.doesNotContain("Stop these", "{{");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{{{impact}}}", "{{&impact}}", "{{>layout}}", "{{=<% %>=}}", "{{impact.class}}",
			"{{unknown}}", "{{#impact}}never closed", "{{.}}", "{{this}}" })
	void refusesTemplatesThatDoMoreThanFillGaps(String body, @TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("bad.md"), """
				---
				name: bad
				version: 1
				title: Bad
				audience: stakeholders
				subject: "x"
				required: [impact]
				---
				%s
				""".formatted(body));

		assertThatExceptionOfType(BrokenTemplate.class).isThrownBy(() -> templates(directory, ZoneOffset.UTC))
			.withMessageContaining("bad");
	}

	@ParameterizedTest
	@ValueSource(strings = { "no dashes", "---\nname: x\n---\nbody", "---\nname: [x\n---\nbody",
			"---\nname: x\nversion: 0\ntitle: t\naudience: a\nsubject: s\n---\n",
			"---\nname: x\nversion: 1\ntitle: t\naudience: a\nsubject: s\ncommand: rm\n---\n",
			"---\nname: x\nversion: 1\ntitle: t\naudience: a\nsubject: s\nchannel: fax\n---\n" })
	void refusesFilesThatAreNoTemplates(String content, @TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("bad.md"), content);

		assertThatExceptionOfType(BrokenTemplate.class).isThrownBy(() -> templates(directory, ZoneOffset.UTC))
			.withMessageContaining("bad.md");
	}

	@Test
	void aDirectoryReplacesTemplates(@TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("own.md"), """
				---
				name: rollback-declared
				version: 7
				title: Ours
				audience: engineers
				subject: "Ours: {{impact}}"
				required: [impact]
				---
				- {{impact}}
				- **two**
				""");
		var own = templates(directory, ZoneOffset.UTC);

		var message = own.render(own.get("rollback-declared"), Map.of("impact", "x"));

		assertThat(own.get("rollback-declared").version()).isEqualTo(7);
		assertThat(message.html()).contains("<ul>\n<li>x</li>\n<li><strong>two</strong></li>\n</ul>");
		assertThat(own.get("rollback-resolved").version()).isEqualTo(1);
	}

}
