package dev.backout.desk.security;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

import dev.backout.people.ApiTokens;
import dev.backout.people.LogIns;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.verify;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrlPattern;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/** Who gets in, how, and what every answer carries. */
@WebMvcTest(controllers = LogInConfigurationTests.Echo.class)
@ContextConfiguration(classes = LogInConfigurationTests.Slice.class)
class LogInConfigurationTests {

	static final Person MIRA = new Person("mira", "Mira Okafor", "mira@example.org",
			Set.of(Role.OPERATOR, Role.APPROVER));

	@Autowired
	MockMvc mvc;

	@MockitoBean
	People people;

	@MockitoBean
	LogIns logIns;

	@MockitoBean
	ApiTokens tokens;

	@BeforeEach
	void miraIsKnown() {
		given(this.people.find("mira")).willReturn(Optional.of(MIRA));
		given(this.logIns.logIn("mira", "right", "127.0.0.1")).willReturn(MIRA);
	}

	@Test
	void strangersAreSentToTheLogInPageAndBackToThePageTheyAskedFor() throws Exception {
		var session = new MockHttpSession();

		this.mvc.perform(get("/runs/42/echo").accept("text/html").session(session))
			.andExpect(redirectedUrlPattern("**/login"));

		this.mvc
			.perform(post("/login").with(csrf()).session(session).param("username", "mira").param("password", "right"))
			.andExpect(redirectedUrl("/runs/42/echo"));
	}

	@Test
	void logInGivesTheSessionAnotherId() throws Exception {
		var session = new MockHttpSession();
		var planted = session.getId();

		this.mvc
			.perform(post("/login").with(csrf()).session(session).param("username", "mira").param("password", "right"))
			.andExpect(redirectedUrl("/"));

		assertThat(session.getId()).isNotEqualTo(planted);
	}

	@ParameterizedTest
	@ValueSource(strings = { "continue", "redirect", "url", "next", "target", "spring-security-redirect", "returnTo" })
	void logInLeadsNowhereElse(String parameter) throws Exception {
		this.mvc
			.perform(post("/login").with(csrf())
				.param("username", "mira")
				.param("password", "right")
				.param(parameter, "https://evil.example/")
				.header("Referer", "https://evil.example/"))
			.andExpect(redirectedUrl("/"));
	}

	@Test
	void forgedHostLeadsNowhereElse() throws Exception {
		var session = new MockHttpSession();
		this.mvc.perform(get(URI.create("http://evil.example/runs/42/echo?a=b")).accept("text/html").session(session));

		this.mvc
			.perform(post("/login").with(csrf()).session(session).param("username", "mira").param("password", "right"))
			.andExpect(redirectedUrl("/runs/42/echo?a=b"));
	}

	/** Behind a proxy, {@code server.forward-headers-strategy} says whom to believe. */
	@Test
	void guessesAreCountedByTheConnectionWhateverAHeaderSays() throws Exception {
		this.mvc.perform(post("/login").with(csrf())
			.header("X-Forwarded-For", "203.0.113.7")
			.header("Forwarded", "for=203.0.113.7")
			.header("X-Real-IP", "203.0.113.7")
			.param("username", "mira")
			.param("password", "right"));

		verify(this.logIns).logIn("mira", "right", "127.0.0.1");
	}

	@Test
	void overTlsBrowsersAreToldToStayThere() throws Exception {
		this.mvc.perform(get("/login").secure(true)).andExpect(header().exists("Strict-Transport-Security"));
		this.mvc.perform(get("/login")).andExpect(header().doesNotExist("Strict-Transport-Security"));
	}

	@Test
	void fragmentsAreNoPagesToComeBackTo() throws Exception {
		var session = new MockHttpSession();

		this.mvc.perform(get("/runs/42/echo").accept("text/html").header("HX-Request", "true").session(session))
			.andExpect(status().isUnauthorized())
			.andExpect(header().string("HX-Refresh", "true"));

		this.mvc
			.perform(post("/login").with(csrf()).session(session).param("username", "mira").param("password", "right"))
			.andExpect(redirectedUrl("/"));
	}

	@Test
	void wrongPasswordsSayNothingAboutTheName() throws Exception {
		given(this.logIns.logIn(anyString(), anyString(), anyString())).willThrow(refusal("people.log-in", null));

		this.mvc.perform(post("/login").with(csrf()).param("username", "nobody").param("password", "guess"))
			.andExpect(redirectedUrl("/login?wrong"));
	}

	@Test
	void guessersAreToldHowLongToWait() throws Exception {
		given(this.logIns.logIn(anyString(), anyString(), anyString()))
			.willThrow(refusal("people.too-many-log-ins", Duration.ofMinutes(7)));

		this.mvc.perform(post("/login").with(csrf()).param("username", "mira").param("password", "guess"))
			.andExpect(redirectedUrl("/login?wait=8"));
	}

	@Test
	void postsFromElsewhereAreRefused() throws Exception {
		this.mvc.perform(post("/runs/42/echo").with(user("mira").roles("OPERATOR"))).andExpect(status().isForbidden());
	}

	@Test
	void everyAnswerCarriesAStrictPolicy() throws Exception {
		this.mvc.perform(get("/runs/42/echo").with(user("mira").roles("OPERATOR")))
			.andExpect(status().isOk())
			.andExpect(header().string("Content-Security-Policy", containsString("default-src 'none'")))
			.andExpect(header().string("Content-Security-Policy", not(containsString("unsafe"))))
			.andExpect(header().string("X-Content-Type-Options", "nosniff"))
			.andExpect(header().string("X-Frame-Options", "DENY"))
			.andExpect(header().string("Referrer-Policy", "same-origin"));
	}

	@Test
	void aPersonHasNoMoreRolesThanTheSessionWasGivenAndNoMoreThanLeft() throws Exception {
		this.mvc.perform(get("/runs/42/echo").with(user("mira").roles("OPERATOR", "ADMIN")))
			.andExpect(content().string("mira [OPERATOR]"));
	}

	@Test
	void whoMayNoLongerLogInIsOut() throws Exception {
		given(this.people.find("mira")).willReturn(Optional.empty());

		this.mvc.perform(get("/runs/42/echo").with(user("mira").roles("OPERATOR"))).andExpect(status().isForbidden());
	}

	@Test
	void machinesComeWithATokenAndWithoutASession() throws Exception {
		given(this.tokens.holderOf("bko_good")).willReturn(Optional.of(MIRA));

		this.mvc.perform(post("/api/v1/echo").header("Authorization", "Bearer bko_good"))
			.andExpect(status().isOk())
			.andExpect(content().string("mira [APPROVER, OPERATOR]"))
			.andExpect(header().doesNotExist("Set-Cookie"));
	}

	@Test
	void badTokensAreAProblem() throws Exception {
		given(this.tokens.holderOf(anyString())).willReturn(Optional.empty());

		this.mvc.perform(post("/api/v1/echo").header("Authorization", "Bearer bko_bad"))
			.andExpect(status().isUnauthorized())
			.andExpect(header().string("WWW-Authenticate", containsString("Bearer")))
			.andExpect(jsonPath("$.code").value("access.unauthenticated"));
	}

	@Test
	void aSessionOpensNoApi() throws Exception {
		var session = new MockHttpSession();
		this.mvc
			.perform(post("/login").with(csrf()).session(session).param("username", "mira").param("password", "right"))
			.andExpect(redirectedUrl("/"));

		this.mvc.perform(post("/api/v1/echo").session(session)).andExpect(status().isUnauthorized());
	}

	private static LogIns.LogInRefused refusal(String code, Duration wait) throws Exception {
		var constructor = LogIns.LogInRefused.class.getDeclaredConstructor(String.class, String.class, Duration.class);
		constructor.setAccessible(true);
		return constructor.newInstance(code, "no", wait);
	}

	@Configuration
	@Import({ LogInConfiguration.class, PasswordLogIn.class, SignedIn.class, PersonResolver.class, Refusals.class,
			Echo.class })
	static class Slice {

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

	}

	@RestController
	static class Echo {

		@GetMapping("/runs/42/echo")
		String page(Person me) {
			return says(me);
		}

		@PostMapping("/api/v1/echo")
		String api(Person me) {
			return says(me);
		}

		private static String says(Person me) {
			return me.id() + " " + me.roles().stream().sorted(Comparator.comparing(Role::name)).toList();
		}

	}

}
