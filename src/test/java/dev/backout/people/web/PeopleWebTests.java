package dev.backout.people.web;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.JsonPath;
import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.people.ApiTokens;
import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.PeopleFixture;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Rotation;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.RequestBuilder;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/** People, tokens and on-call over REST: who may, and what is answered. */
class PeopleWebTests {

	private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

	@TempDir
	static Path data;

	static LedgerFixture ledger;

	static People people;

	static OnCall onCall;

	static ApiTokens tokens;

	private Person me = person("ada", Role.ADMIN);

	private MockMvc mvc;

	@BeforeAll
	static void start() {
		ledger = LedgerFixture.on(TestDatabase.withSchema(), data);
		people = PeopleFixture.people(ledger);
		onCall = PeopleFixture.onCall(ledger, people);
		tokens = PeopleFixture.tokens(ledger, people, clock());
		people.add(person("ada", Role.ADMIN), null, "system");
		people.add(person("mira", Role.OPERATOR, Role.APPROVER), null, "system");
		people.add(person("omar", Role.OPERATOR, Role.APPROVER), null, "system");
		people.add(person("vera", Role.VIEWER), null, "system");
		onCall.save(Rotation.always("commander", "Commander", ZoneOffset.UTC, LocalDateTime.parse("2026-11-23T00:00"),
				java.time.Duration.ofDays(7), List.of("mira", "omar")), "system");
	}

	@AfterAll
	static void drop() {
		ledger.database.drop();
	}

	@BeforeEach
	void controllers() {
		ObjectMapper json = Jackson2ObjectMapperBuilder.json().build();
		this.mvc = MockMvcBuilders
			.standaloneSetup(new PeopleApi(people), new OnCallApi(onCall, clock()), new TokensApi(tokens))
			.setMessageConverters(new MappingJackson2HttpMessageConverter(json))
			.setCustomArgumentResolvers(new Me())
			.build();
	}

	@Test
	void everybodyReadsPeopleAndNobodyReadsAPassword() throws Exception {
		this.me = person("vera", Role.VIEWER);

		this.mvc.perform(get("/api/v1/people"))
			.andExpect(status().isOk())
			.andExpect(jsonPath("$[*].id").value(hasItem("mira")))
			.andExpect(content().string(not(org.hamcrest.Matchers.containsStringIgnoringCase("password"))));
	}

	@Test
	void administratorAddsChangesDisablesAndEnables() throws Exception {
		this.mvc.perform(json(post("/api/v1/people"),
				"""
						{"id": "zoe", "name": "Zoe", "email": "zoe@example.org", "roles": ["VIEWER"], "password": "correct horse"}"""))
			.andExpect(status().isCreated());
		this.mvc.perform(json(put("/api/v1/people/zoe"), """
				{"id": "zoe", "name": "Zoe Q", "email": "zoe@example.org", "roles": ["AUDITOR"]}"""))
			.andExpect(status().isOk());
		assertThat(people.get("zoe")).extracting(Person::name, Person::roles)
			.containsExactly("Zoe Q", Set.of(Role.AUDITOR));

		this.mvc.perform(post("/api/v1/people/zoe/disable")).andExpect(status().isOk());
		assertThat(people.find("zoe")).isEmpty();
		this.mvc.perform(post("/api/v1/people/zoe/enable")).andExpect(status().isOk());
		assertThat(people.find("zoe")).isPresent();
	}

	@Test
	void onlyAdministratorsChangePeople() {
		this.me = person("mira", Role.OPERATOR, Role.APPROVER);

		refused("people.forbidden", json(post("/api/v1/people"), """
				{"id": "eve", "name": "Eve", "email": "eve@example.org", "roles": ["ADMIN"]}"""));
		refused("people.forbidden", json(put("/api/v1/people/mira"), """
				{"id": "mira", "name": "Mira", "email": "mira@example.org", "roles": ["ADMIN"]}"""));
		refused("people.forbidden", json(put("/api/v1/people/omar/password"), "{\"password\": \"mine now\"}"));
		refused("people.forbidden", post("/api/v1/people/omar/disable"));
		refused("people.forbidden", post("/api/v1/people/omar/enable"));
		assertThat(people.find("eve")).isEmpty();
		assertThat(people.get("mira").has(Role.ADMIN)).isFalse();
	}

	@Test
	void brokenInputIsRefusedAtTheEdge() throws Exception {
		for (var body : List.of("{}", "nope",
				"{\"id\": \"UPPER\", \"name\": \"x\", \"email\": \"x@y.z\", \"roles\": []}",
				"{\"id\": \"x\", \"name\": \"x\", \"email\": \"no address\", \"roles\": []}",
				"{\"id\": \"x\", \"name\": \"x\", \"email\": \"x@y.z\", \"roles\": [\"KING\"]}")) {
			this.mvc.perform(json(post("/api/v1/people"), body)).andExpect(status().isBadRequest());
		}
		this.mvc.perform(get("/api/v1/on-call/rotations/commander/person").param("at", "tomorrow"))
			.andExpect(status().isBadRequest());
		this.mvc.perform(delete("/api/v1/tokens/7")).andExpect(status().isBadRequest());
	}

	@Test
	void saysWhoIsOnCallAndWhenNobodyIs() throws Exception {
		this.mvc.perform(get("/api/v1/on-call/rotations/commander/person"))
			.andExpect(status().isOk())
			.andExpect(jsonPath("$.id").value("mira"));
		this.mvc.perform(get("/api/v1/on-call/rotations/commander/person").param("level", "2"))
			.andExpect(jsonPath("$.id").value("omar"));
		this.mvc
			.perform(get("/api/v1/on-call/rotations/commander/gaps").param("from", "2026-11-23T00:00:00Z")
				.param("to", "2026-12-23T00:00:00Z"))
			.andExpect(content().json("[]", true));
		refused("on-call.unknown", get("/api/v1/on-call/rotations/commander/person").param("level", "3"));
		refused("people.unknown-rotation", get("/api/v1/on-call/rotations/nobody/person"));
	}

	@Test
	void operatorHandsOverAndTakesItBack() throws Exception {
		this.me = person("mira", Role.OPERATOR);
		var id = JsonPath.<String>read(this.mvc.perform(json(post("/api/v1/on-call/rotations/commander/overrides"), """
				{"from": "2026-11-23T02:00:00Z", "to": "2026-11-23T04:00:00Z", "person": "omar", "reason": "ill"}"""))
			.andExpect(status().isCreated())
			.andReturn()
			.getResponse()
			.getContentAsString(), "$");
		this.mvc.perform(get("/api/v1/on-call/rotations/commander/person")).andExpect(jsonPath("$.id").value("omar"));

		this.mvc.perform(delete("/api/v1/on-call/overrides/" + id)).andExpect(status().isNoContent());

		this.mvc.perform(get("/api/v1/on-call/rotations/commander/person")).andExpect(jsonPath("$.id").value("mira"));
	}

	@Test
	void viewersChangeNoDuty() {
		this.me = person("vera", Role.VIEWER);

		refused("on-call.forbidden", json(post("/api/v1/on-call/rotations/commander/hand-off"), """
				{"to": "vera", "reason": "mine"}"""));
	}

	@Test
	void tokenIsShownOnceAndMayDoNoMoreThanWhoMakesIt() throws Exception {
		this.me = person("mira", Role.OPERATOR);

		this.mvc.perform(json(post("/api/v1/tokens"), """
				{"name": "ci", "roles": ["OPERATOR"], "days": 30}"""))
			.andExpect(status().isCreated())
			.andExpect(jsonPath("$.secret").isNotEmpty());

		this.mvc.perform(get("/api/v1/tokens"))
			.andExpect(jsonPath("$[0].name").value("ci"))
			.andExpect(content().string(not(org.hamcrest.Matchers.containsString("bko_"))));
		refused("token.forbidden", json(post("/api/v1/tokens"), """
				{"name": "more", "roles": ["APPROVER"], "days": 30}"""));
		this.mvc.perform(json(post("/api/v1/tokens"), """
				{"name": "ever", "roles": ["OPERATOR"], "days": 4000}""")).andExpect(status().isBadRequest());
	}

	@Test
	void nobodyRevokesWhatIsNotTheirs() throws Exception {
		var token = tokens.issue("omar", "his", EnumSet.of(Role.OPERATOR), java.time.Duration.ofDays(1), "omar")
			.token();
		this.me = person("mira", Role.OPERATOR);
		refused("token.unknown", delete("/api/v1/tokens/" + token.id()));

		this.me = person("ada", Role.ADMIN);
		this.mvc.perform(delete("/api/v1/tokens/" + token.id())).andExpect(status().isNoContent());

		assertThat(tokens.of("omar").get(0).revokedAt()).isEqualTo(NOW);
	}

	private void refused(String code, RequestBuilder request) {
		assertThatExceptionOfType(ServletException.class).isThrownBy(() -> this.mvc.perform(request))
			.havingCause()
			.isInstanceOfSatisfying(Rejected.class, (ex) -> assertThat(ex.code()).isEqualTo(code));
	}

	private static MockHttpServletRequestBuilder json(MockHttpServletRequestBuilder request, String body) {
		return request.contentType(MediaType.APPLICATION_JSON).content(body);
	}

	private static Clock clock() {
		return Clock.fixed(NOW, ZoneOffset.UTC);
	}

	private static Person person(String id, Role... roles) {
		return new Person(id, id, id + "@example.org", Set.of(roles));
	}

	/** Whoever the test says is logged in. */
	private final class Me implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType().equals(Person.class);
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, ModelAndViewContainer container,
				NativeWebRequest request, WebDataBinderFactory binders) {
			return PeopleWebTests.this.me;
		}

	}

}
