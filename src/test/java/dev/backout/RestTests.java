package dev.backout;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.backout.check.Baselines;
import dev.backout.check.Deviation;
import dev.backout.check.Deviations;
import dev.backout.check.Occasion;
import dev.backout.check.SuiteRequest;
import dev.backout.check.SuiteRun;
import dev.backout.check.SuiteRuns;
import dev.backout.check.SuiteWork;
import dev.backout.check.Suites;
import dev.backout.flag.Flags;
import dev.backout.flag.Toggle;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerExport;
import dev.backout.ledger.LedgerProofs;
import dev.backout.ledger.TreeHead;
import dev.backout.people.ApiTokens;
import dev.backout.people.LogIns;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.watch.Health;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.http.MediaType;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

import static org.hamcrest.Matchers.containsString;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Checks, flags, health and the ledger over REST: who may, what is refused and how, and
 * that nobody acts in another's name.
 */
@WebMvcTest
@ContextConfiguration(classes = RestTests.Slice.class)
class RestTests {

	static final String RUN = "{\"suite\": \"shop\", \"target\": \"shop\", \"release\": \"shop-2\"}";

	@Autowired
	MockMvc mvc;

	@MockitoBean
	People people;

	@MockitoBean
	LogIns logIns;

	@MockitoBean
	ApiTokens tokens;

	@MockitoBean
	Suites suites;

	@MockitoBean
	SuiteRuns runs;

	@MockitoBean
	SuiteWork work;

	@MockitoBean
	Baselines baselines;

	@MockitoBean
	Deviations deviations;

	@MockitoBean
	Flags flags;

	@MockitoBean
	Health health;

	@MockitoBean
	LedgerProofs ledger;

	@MockitoBean
	LedgerExport export;

	@BeforeEach
	void peopleAreKnownByTheirTokens() {
		for (var role : Role.values()) {
			var person = new Person(role.name().toLowerCase(), role.name(), "x@example.org", Set.of(role));
			given(this.people.find(person.id())).willReturn(Optional.of(person));
			given(this.tokens.holderOf("bko_" + person.id())).willReturn(Optional.of(person));
		}
		given(this.tokens.holderOf("bko_unknown")).willReturn(Optional.empty());
	}

	private static MockHttpServletRequestBuilder as(String role, MockHttpServletRequestBuilder request) {
		return request.header("Authorization", "Bearer bko_" + role);
	}

	private static MockHttpServletRequestBuilder send(String role, String path, String body) {
		return as(role, post(path)).contentType(MediaType.APPLICATION_JSON).content(body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/v1/checks/suites", "/api/v1/checks/runs?target=shop", "/api/v1/checks/overview",
			"/api/v1/checks/deviations", "/api/v1/flags", "/api/v1/health", "/api/v1/ledger/head" })
	void nothingIsReadWithoutAToken(String path) throws Exception {
		this.mvc.perform(get(path))
			.andExpect(status().isUnauthorized())
			.andExpect(jsonPath("$.code").value("access.unauthenticated"));
		this.mvc.perform(as("unknown", get(path))).andExpect(status().isUnauthorized());
		given(this.ledger.head()).willReturn(new TreeHead(0, "r"));
		given(this.suites.readings()).willReturn(new Suites.Readings(List.of(), List.of(), java.util.Map.of()));
		this.mvc.perform(as("viewer", get(path))).andExpect(status().isOk());
	}

	@Test
	void aSuiteWhoseOwnerNobodyKnowsSaysSo() throws Exception {
		var suite = new dev.backout.check.Suite("shop", 3, "The shop", List.of(), "digest", "suite: shop");
		var other = new dev.backout.check.Suite("desk", 1, "The desk", List.of(), "other", "suite: desk");
		var stranger = new Rejected("check-suite.unknown-owner",
				"shop.yaml: suite 'shop' names owners whom nobody knows");
		given(this.suites.readings())
			.willReturn(new Suites.Readings(List.of(suite, other), List.of(), java.util.Map.of("digest", stranger)));
		given(this.work.start(any(), any())).willThrow(stranger);

		this.mvc.perform(as("viewer", get("/api/v1/checks/suites")))
			.andExpect(jsonPath("$[0].fault").value(stranger.reason()))
			.andExpect(jsonPath("$[1].fault").doesNotExist());
		this.mvc.perform(send("operator", "/api/v1/checks/runs", "{\"suite\": \"shop\", \"target\": \"shop\"}"))
			.andExpect(status().isConflict())
			.andExpect(jsonPath("$.code").value("check-suite.unknown-owner"))
			.andExpect(jsonPath("$.detail").value(stranger.reason()));
	}

	@Test
	void aSuiteIsStartedInTheNameOfWhoAsksWhateverTheBodySays() throws Exception {
		given(this.work.start(any(), any())).willReturn(aRun(SuiteRun.State.RUNNING));

		this.mvc
			.perform(send("operator", "/api/v1/checks/runs",
					"{\"suite\": \"shop\", \"target\": \"shop\", \"actor\": \"admin\", \"person\": \"admin\"}"))
			.andExpect(status().isAccepted())
			.andExpect(header().string("Location", "/api/v1/checks/runs/c1"))
			.andExpect(jsonPath("$.state").value("RUNNING"));

		verify(this.work).start(SuiteRequest.of("shop", "shop", null, "operator"), person("operator"));
	}

	@Test
	void occasionIsOneOfThree() throws Exception {
		given(this.work.start(any(), any())).willReturn(aRun(SuiteRun.State.RUNNING));

		this.mvc
			.perform(send("operator", "/api/v1/checks/runs",
					"{\"suite\": \"shop\", \"target\": \"shop\", \"occasion\": \"party\"}"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.detail").value(containsString("'party' is no occasion")));
		this.mvc.perform(send("operator", "/api/v1/checks/runs",
				"{\"suite\": \"shop\", \"target\": \"copy\", \"occasion\": \"rehearsal\", \"standsFor\": \"shop\"}"))
			.andExpect(status().isAccepted());
		verify(this.work).start(
				new SuiteRequest("shop", "copy", "shop", null, null, Occasion.REHEARSAL, "operator", null),
				person("operator"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "/api/v1/checks/runs | {} | suite",
					"/api/v1/checks/runs | {\"suite\": \"\", \"target\": \"shop\"} | suite",
					"/api/v1/checks/baselines | {\"target\": \"shop\", \"name\": \"../../etc\"} | name",
					"/api/v1/checks/deviations/d1/cause | {\"text\": \" \"} | text",
					"/api/v1/checks/deviations/d1/acceptance | {} | text",
					"/api/v1/flags/new-checkout | {\"percentage\": 101} | percentage" })
	void badFieldsAreNamed(String path, String body, String field) throws Exception {
		this.mvc.perform(send("admin", path, body))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.code").value("input.invalid"))
			.andExpect(jsonPath("$.errors[*].field").value(org.hamcrest.Matchers.hasItem(field)));
		verifyNoInteractions(this.work, this.baselines, this.deviations, this.flags);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "\"x\"", "{\"suite\":", "{\"suite\": {\"a\": 1}, \"target\": \"shop\"}" })
	void bodiesThatDoNotFitAreToldSo(String body) throws Exception {
		this.mvc.perform(send("operator", "/api/v1/checks/runs", body))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.code").value("input.invalid"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "viewer | /api/v1/checks/baselines | {\"target\": \"shop\", \"name\": \"x\"}",
					"viewer | /api/v1/checks/deviations/d1/cause | {\"text\": \"x\"}",
					"auditor | /api/v1/checks/deviations/d1/cause | {\"text\": \"x\"}",
					"operator | /api/v1/checks/deviations/d1/acceptance | {\"text\": \"x\"}",
					"viewer | /api/v1/flags/f | {\"on\": true}", "approver | /api/v1/flags/f | {\"on\": true}",
					"viewer | /api/v1/health/shop-2/measurement | {}",
					"viewer | /api/v1/health/shop-2/triggers/t/dry-run | {}" })
	void theRoleIsNeeded(String role, String path, String body) throws Exception {
		this.mvc.perform(send(role, path, body))
			.andExpect(status().isForbidden())
			.andExpect(jsonPath("$.code").value(containsString(".forbidden")));
		verifyNoInteractions(this.baselines, this.deviations, this.flags, this.health);
	}

	@Test
	void onlyAuditorsExportTheLedger() throws Exception {
		this.mvc.perform(as("operator", get("/api/v1/ledger/export")))
			.andExpect(status().isForbidden())
			.andExpect(jsonPath("$.code").value("ledger.forbidden"));
		this.mvc.perform(as("auditor", get("/api/v1/ledger/export"))).andExpect(status().isOk());
	}

	@Test
	void causeAndDecisionAreSaidByWhoAsks() throws Exception {
		given(this.deviations.explain(any(), any(), any())).willReturn(aDeviation());
		given(this.deviations.accept(any(), any(), any())).willReturn(aDeviation());

		this.mvc
			.perform(send("operator", "/api/v1/checks/deviations/d1/cause",
					"{\"text\": \"A test row\", \"person\": \"admin\", \"causeBy\": \"admin\"}"))
			.andExpect(status().isOk());
		this.mvc
			.perform(send("approver", "/api/v1/checks/deviations/d1/acceptance",
					"{\"text\": \"Harmless\", \"decidedBy\": \"admin\"}"))
			.andExpect(status().isOk());

		verify(this.deviations).explain("d1", "A test row", "operator");
		verify(this.deviations).accept("d1", "Harmless", "approver");
	}

	@Test
	void refusalsHaveTheirCodes() throws Exception {
		given(this.deviations.accept(any(), any(), any())).willThrow(new Rejected("check.no-cause", "Say why first"));
		willThrow(new Rejected("check-run.ended", "It does not work any more")).given(this.runs)
			.cancel("c1", person("operator"));
		given(this.runs.close("c1", person("operator")))
			.willThrow(new Rejected("check.unsettled", "'empty' (omar) has no cause"));
		given(this.runs.get("c9")).willThrow(new Rejected("check-run.unknown", "There is no check run 'c9'"));

		this.mvc.perform(send("approver", "/api/v1/checks/deviations/d1/acceptance", "{\"text\": \"x\"}"))
			.andExpect(status().isConflict())
			.andExpect(jsonPath("$.code").value("check.no-cause"));
		this.mvc.perform(as("operator", post("/api/v1/checks/runs/c1/cancel")))
			.andExpect(status().isConflict())
			.andExpect(jsonPath("$.code").value("check-run.ended"));
		this.mvc.perform(as("operator", post("/api/v1/checks/runs/c1/closure")))
			.andExpect(status().isConflict())
			.andExpect(jsonPath("$.code").value("check.unsettled"))
			.andExpect(jsonPath("$.detail").value(containsString("omar")));
		this.mvc.perform(as("viewer", get("/api/v1/checks/runs/c9")))
			.andExpect(status().isNotFound())
			.andExpect(jsonPath("$.code").value("check-run.unknown"));
	}

	@Test
	void flagsAreSwitchedByWhoAsks() throws Exception {
		given(this.flags.turn(anyString(), anyBoolean(), anyString(), anyString()))
			.willReturn(new Toggle("f", Instant.EPOCH, "operator", true, 100, Toggle.Result.CHANGED, ""));

		this.mvc.perform(send("operator", "/api/v1/flags/f", "{\"on\": true, \"actor\": \"admin\"}"))
			.andExpect(status().isOk())
			.andExpect(jsonPath("$.result").value("CHANGED"));
		this.mvc.perform(send("operator", "/api/v1/flags/f", "{}"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.detail").value(containsString("Give 'on'")));

		verify(this.flags).turn("f", true, "operator", "f");
	}

	@Test
	void replayTakesAFewRepetitions() throws Exception {
		for (var consecutive : List.of("0", "101", "x")) {
			this.mvc
				.perform(as("viewer",
						get("/api/v1/health/shop-2/triggers/t/replay").param("limit", "1")
							.param("consecutive", consecutive)))
				.andExpect(status().isBadRequest());
		}
	}

	private static Person person(String id) {
		return new Person(id, id.toUpperCase(), "x@example.org", Set.of(Role.valueOf(id.toUpperCase())));
	}

	private static SuiteRun aRun(SuiteRun.State state) {
		return new SuiteRun("c1", "shop", 1, "shop", null, null, null, Occasion.REAL, "operator", state, 3, null,
				Instant.EPOCH, null, null, null, null, List.of());
	}

	private static Deviation aDeviation() {
		return new Deviation("d1", null, "shop", "empty", "shop", "SEV1", "omar", "1 offending rows", Instant.EPOCH,
				null, null, null, null, null, null);
	}

	@Configuration
	@ComponentScan(
			basePackages = { "dev.backout.desk.security", "dev.backout.check.web", "dev.backout.flag.web",
					"dev.backout.watch.web" },
			excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*Tests.*"))
	@ComponentScan(basePackages = "dev.backout.desk.api", useDefaultFilters = false,
			includeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(LedgerApi|ProblemAdvice)"))
	static class Slice {

		@Bean
		Clock clock() {
			return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
		}

	}

}
