package dev.backout.desk.api;

import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.catalog.Releases;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.desk.Answers;
import dev.backout.desk.BackupStarts;
import dev.backout.kernel.Rejected;
import dev.backout.people.ApiTokens;
import dev.backout.people.LogIns;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.run.Attachment;
import dev.backout.run.Evidence;
import dev.backout.run.Inbox;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunMoves;
import dev.backout.run.RunRequest;
import dev.backout.run.RunState;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/** Steering runs over REST: who asks comes from the token, and from nowhere else. */
@WebMvcTest(
		controllers = { RunsApi.class, TasksApi.class, RunEvidenceApi.class, RunMovesApi.class, BackupRunsApi.class })
@ContextConfiguration(classes = RunsApiTests.Slice.class)
class RunsApiTests {

	static final RunId RUN = RunId.of("11111111-2222-3333-4444-555555555555");

	static final String AT = "/api/v1/runs/" + RUN;

	static final Person OMAR = new Person("omar", "Omar Haddad", "omar@example.org",
			Set.of(Role.OPERATOR, Role.APPROVER));

	static final Target SHOP = new Target("shop", "jdbc:postgresql://localhost/shop", "u", Secret.of("p"));

	static final Person KIM = new Person("kim", "Kim Lund", "kim@example.org", Set.of(Role.OPERATOR));

	static final Attachment FILE = new Attachment(UUID.randomUUID(), RUN, "errors \"since\" two.html", 4, "ab12",
			"errors by minute", "omar", Instant.parse("2026-11-23T03:00:00Z"));

	@Autowired
	MockMvc mvc;

	@MockitoBean
	People people;

	@MockitoBean
	LogIns logIns;

	@MockitoBean
	ApiTokens tokens;

	@MockitoBean
	Runs runs;

	@MockitoBean
	Inbox inbox;

	@MockitoBean
	Evidence evidence;

	@MockitoBean
	RunMoves moves;

	@MockitoBean
	Releases releases;

	@MockitoBean
	Answers answers;

	@MockitoBean
	Backups backups;

	@MockitoBean
	Targets targets;

	@BeforeEach
	void omarHasAToken() {
		given(this.tokens.holderOf("bko_omar")).willReturn(Optional.of(OMAR));
		given(this.people.find("omar")).willReturn(Optional.of(OMAR));
		given(this.people.get("kim")).willReturn(KIM);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/steps/Task_Revert/retry", "/steps/Task_Revert/skip", "/steps/Task_Revert/cancel",
			"/abort", "/commander" })
	void controlsTakeAReasonAndTheTokensOwner(String control) throws Exception {
		this.mvc.perform(post(AT + control).contentType(MediaType.APPLICATION_JSON).content("{\"reason\": \"why\"}"))
			.andExpect(status().isUnauthorized());
		this.mvc.perform(asOmar(post(AT + control), "{\"reason\": \"  \"}"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.errors[0].field").value("reason"));
		this.mvc.perform(asOmar(post(AT + control), "{}")).andExpect(status().isBadRequest());
		verifyNoInteractions(this.runs);

		this.mvc.perform(asOmar(post(AT + control),
				"{\"reason\": \"the disk has room again\", \"by\": \"mira\", \"person\": \"mira\", \"actor\": \"mira\"}"))
			.andExpect(status().isNoContent());

		switch (control) {
			case "/abort" -> verify(this.runs).abort(RUN, OMAR, "the disk has room again");
			case "/commander" -> verify(this.runs).takeOver(RUN, OMAR, "the disk has room again");
			case "/steps/Task_Revert/retry" ->
				verify(this.runs).retry(RUN, "Task_Revert", OMAR, "the disk has room again");
			case "/steps/Task_Revert/skip" ->
				verify(this.runs).skip(RUN, "Task_Revert", OMAR, "the disk has room again");
			default -> verify(this.runs).cancel(RUN, "Task_Revert", OMAR, "the disk has room again");
		}
	}

	@Test
	void commandAndTasksAreHandedToAPersonWithAReason() throws Exception {
		this.mvc.perform(asOmar(post(AT + "/hand-over"), "{\"person\": \"kim\", \"reason\": \"my shift ends\"}"))
			.andExpect(status().isNoContent());
		this.mvc.perform(asOmar(post("/api/v1/tasks/t1/reassign"), "{\"person\": \"kim\", \"reason\": \"on a plane\"}"))
			.andExpect(status().isNoContent());
		this.mvc
			.perform(asOmar(post("/api/v1/tasks/t1/hand-over"), "{\"person\": \"kim\", \"reason\": \"knows more\"}"))
			.andExpect(status().isNoContent());
		this.mvc.perform(asOmar(post("/api/v1/tasks/t1/reassign"), "{\"person\": \"kim\"}"))
			.andExpect(status().isBadRequest());

		verify(this.runs).handOver(RUN, KIM, OMAR, "my shift ends");
		verify(this.inbox).reassign("t1", KIM, OMAR, "on a plane");
		verify(this.inbox).handOver("t1", KIM, OMAR, "knows more");
	}

	@Test
	void aRefusalIsAProblemWithItsCode() throws Exception {
		willThrow(new Rejected("run.forbidden", "To abort a run takes the role operator, which omar does not have"))
			.given(this.runs)
			.abort(any(), any(), anyString());
		willThrow(new Rejected("step.not-skippable", "The playbook does not let anybody skip 'Task_Revert'"))
			.given(this.runs)
			.skip(any(), anyString(), any(), anyString());

		this.mvc.perform(asOmar(post(AT + "/abort"), "{\"reason\": \"why\"}"))
			.andExpect(status().isForbidden())
			.andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
			.andExpect(jsonPath("$.code").value("run.forbidden"));
		this.mvc.perform(asOmar(post(AT + "/steps/Task_Revert/skip"), "{\"reason\": \"why\"}"))
			.andExpect(status().isConflict())
			.andExpect(jsonPath("$.code").value("step.not-skippable"));
		this.mvc.perform(asOmar(post("/api/v1/runs/no-id/abort"), "{\"reason\": \"why\"}"))
			.andExpect(status().is4xxClientError());
	}

	@Test
	void evidenceIsABodyOfBytesAndComesBackToBeSaved() throws Exception {
		given(this.evidence.attach(eq(RUN), eq("errors.html"), any(InputStream.class), eq("errors by minute"),
				eq(OMAR)))
			.willReturn(FILE);
		given(this.evidence.read(RUN, FILE.id())).willReturn(new Evidence.File(FILE, new byte[] { 60, 104, 49, 62 }));

		this.mvc
			.perform(post(AT + "/evidence").header("Authorization", "Bearer bko_omar")
				.param("name", "errors.html")
				.param("remark", "errors by minute")
				.contentType(MediaType.APPLICATION_OCTET_STREAM)
				.content(new byte[] { 1 }))
			.andExpect(status().isCreated())
			.andExpect(jsonPath("$.sha256").value("ab12"));
		this.mvc.perform(get(AT + "/evidence/" + FILE.id()).header("Authorization", "Bearer bko_omar"))
			.andExpect(content().contentType(MediaType.APPLICATION_OCTET_STREAM))
			.andExpect(header().string("Content-Disposition", org.hamcrest.Matchers.startsWith("attachment;")))
			.andExpect(header().string("X-Content-Type-Options", "nosniff"))
			.andExpect(header().string("Content-Security-Policy", org.hamcrest.Matchers.containsString("sandbox")))
			.andExpect(content().bytes(new byte[] { 60, 104, 49, 62 }));
	}

	@Test
	void tooLargeEvidenceIsSaidToBeTooLarge() throws Exception {
		given(this.evidence.attach(any(), anyString(), any(), anyString(), any()))
			.willThrow(new Rejected("evidence.too-large", "'a' is larger than 10 bytes"));

		this.mvc
			.perform(post(AT + "/evidence").header("Authorization", "Bearer bko_omar")
				.param("name", "a")
				.param("remark", "b")
				.contentType(MediaType.APPLICATION_OCTET_STREAM)
				.content(new byte[11]))
			.andExpect(status().isPayloadTooLarge())
			.andExpect(jsonPath("$.code").value("evidence.too-large"));
	}

	@Test
	void aMoveShowsItsDifferenceAndNamesTheVersionThatWasSeen() throws Exception {
		var from = new PlaybookVersion("rollback-release", 1, "Roll back", "d1");
		var to = new PlaybookVersion("rollback-release", 2, "Roll back", "d2");
		given(this.moves.preview(RUN)).willReturn(new RunMoves.Preview(from, to,
				new PlaybookDifference(List.of(new PlaybookDifference.Change("Task_Check", "Check the result",
						PlaybookDifference.Kind.CHANGED, "Step 'Check the result' changes: ..."))),
				List.of()));

		this.mvc.perform(get(AT + "/move").header("Authorization", "Bearer bko_omar"))
			.andExpect(jsonPath("$.to").value(2))
			.andExpect(jsonPath("$.changes[0].elementId").value("Task_Check"));
		this.mvc.perform(asOmar(post(AT + "/move"), "{\"reason\": \"the check finds it\"}"))
			.andExpect(status().isBadRequest());
		this.mvc.perform(asOmar(post(AT + "/move"), "{\"version\": 2, \"reason\": \"the check finds it\"}"))
			.andExpect(status().isNoContent());

		verify(this.moves).move(RUN, 2, OMAR, "the check finds it");
	}

	@Test
	void aBackupIsStartedAndAnsweredWithItsRun() throws Exception {
		given(this.targets.named("shop")).willReturn(SHOP);
		given(this.runs.start(any(), any())).willReturn(RUN);
		given(this.runs.get(RUN)).willReturn(run("scheduled-backup"));

		this.mvc
			.perform(asOmar(post("/api/v1/backups/runs"),
					"{\"target\": \"shop\", \"reason\": \" before the sale \", \"requester\": \"mira\"}"))
			.andExpect(status().isCreated())
			.andExpect(header().string("Location", AT))
			.andExpect(jsonPath("$.id").value(RUN.toString()))
			.andExpect(jsonPath("$.target").value("shop"));

		verify(this.runs).start(new RunRequest("scheduled-backup", RunKind.REAL, "", "shop", Severity.SEV5,
				"before the sale", null, Map.of("only", "shop")), OMAR);
	}

	@Test
	void aBackupIsVerifiedByARunToo() throws Exception {
		given(this.backups.find("b1")).willReturn(Optional.of(new Backup("b1", "shop", Instant.EPOCH, Duration.ZERO,
				"copy", 1, 1, "s", "d", "m", Instant.EPOCH, List.of(), null)));
		given(this.runs.start(any(), any())).willReturn(RUN);
		given(this.runs.get(RUN)).willReturn(run("restore-drill"));

		this.mvc.perform(asOmar(post("/api/v1/backups/b1/runs"), "{\"reason\": \"an audit\"}"))
			.andExpect(status().isCreated())
			.andExpect(header().string("Location", AT));
		this.mvc.perform(asOmar(post("/api/v1/backups/b2/runs"), "{\"reason\": \"an audit\"}"))
			.andExpect(status().isNotFound())
			.andExpect(jsonPath("$.code").value("backup.unknown"));

		verify(this.runs).start(new RunRequest("restore-drill", RunKind.REAL, "", "shop", Severity.SEV5, "an audit",
				null, Map.of("only", "b1")), OMAR);
	}

	@Test
	void whyNoBackupIsStartedIsAProblem() throws Exception {
		given(this.targets.named("shop")).willReturn(SHOP);
		given(this.targets.named("shpo"))
			.willThrow(new Rejected("target.unknown", "There is no target 'shpo': known are shop"));
		given(this.runs.start(any(), any())).willThrow(new Rejected("run.active",
				"'Scheduled backup' is at work on shop already, asked for by mira: follow that run instead"));

		this.mvc.perform(asOmar(post("/api/v1/backups/runs"), "{\"target\": \"shpo\", \"reason\": \"why\"}"))
			.andExpect(status().isNotFound())
			.andExpect(jsonPath("$.code").value("target.unknown"));
		this.mvc.perform(asOmar(post("/api/v1/backups/runs"), "{\"target\": \"shop\", \"reason\": \"why\"}"))
			.andExpect(status().isConflict())
			.andExpect(jsonPath("$.code").value("run.active"))
			.andExpect(jsonPath("$.detail").value(org.hamcrest.Matchers.containsString("asked for by mira")));
		this.mvc.perform(asOmar(post("/api/v1/backups/runs"), "{\"target\": \"shop\", \"reason\": \" \"}"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.errors[0].field").value("reason"));
		this.mvc.perform(asOmar(post("/api/v1/backups/runs"), "{\"reason\": \"why\"}"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.errors[0].field").value("target"));
		this.mvc
			.perform(post("/api/v1/backups/runs").contentType(MediaType.APPLICATION_JSON)
				.content("{\"target\": \"shop\", \"reason\": \"why\"}"))
			.andExpect(status().isUnauthorized());
	}

	private static Run run(String playbook) {
		return new Run(RUN, RunKind.REAL, new PlaybookVersion(playbook, 1, playbook, "d1"), "", "shop", "omar", "omar",
				Severity.SEV5, "before the sale", null, RunState.RUNNING, Instant.EPOCH, null, null);
	}

	private static MockHttpServletRequestBuilder asOmar(MockHttpServletRequestBuilder request, String json) {
		return request.header("Authorization", "Bearer bko_omar").contentType(MediaType.APPLICATION_JSON).content(json);
	}

	@ComponentScan(basePackages = "dev.backout.desk.security",
			excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*Tests.*"))
	@Import({ RunsApi.class, TasksApi.class, RunEvidenceApi.class, RunMovesApi.class, BackupRunsApi.class,
			BackupStarts.class, ProblemAdvice.class })
	static class Slice {

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

	}

}
