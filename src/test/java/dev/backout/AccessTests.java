package dev.backout;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.people.ApiTokens;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.AbstractMockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;
import static org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers.springSecurity;

/**
 * Every handler that is mapped, whoever adds it: strangers are kept out, and who may only
 * look changes nothing, on REST as on the pages. What is open on purpose is listed.
 */
class AccessTests extends WholeApplication {

	/** What strangers may do. */
	static final Set<String> FOR_EVERYBODY = Set.of("/login", "/status", "/error", "/v3/api-docs", "/api/v1/status");

	/** What whoever is logged in may do, with why. */
	static final Map<String, String> FOR_VIEWERS = new TreeMap<>(Map.of( //
			"POST /tokens", "one's own token, within one's own roles", //
			"POST /tokens/{id}/revoke", "one's own token", //
			"POST /api/v1/tokens", "one's own token, within the token's roles", //
			"DELETE /api/v1/tokens/{id}", "one's own token", //
			"POST /api/v1/playbooks/lint", "nothing is kept", //
			"POST /ofrep/v1/evaluate/flags", "flags are read", //
			"POST /ofrep/v1/evaluate/flags/{key}", "a flag is read", //
			"POST /api/v1/ledger/checkpoints", "a signature over what is there already"));

	@Autowired
	WebApplicationContext context;

	@Autowired
	List<RequestMappingHandlerMapping> mappings;

	@Autowired
	People people;

	@Autowired
	ApiTokens tokens;

	@Autowired
	JdbcClient jdbc;

	@Autowired
	ObjectMapper json;

	private MockMvc mvc;

	/** A handler as it is mapped. */
	record Mapped(HttpMethod method, String pattern, HandlerMethod handler) {

		boolean changes() {
			return !Set.of("GET", "HEAD", "OPTIONS").contains(this.method.name());
		}

		String path() {
			return this.pattern.replace("/playbooks/{id}", "/playbooks/rollback-release")
				.replace("/versions/{version}", "/versions/v1")
				.replaceAll("\\{(id|draft|message|letter)[^}]*}", "00000000-0000-0000-0000-000000000001")
				.replaceAll("\\{(index|delivery|number|level)[^}]*}", "1")
				.replaceAll("\\{[^}]*}", "x")
				.replace("**", "x");
		}

		boolean machines() {
			return this.pattern.startsWith("/api/") || this.pattern.startsWith("/ofrep/");
		}

		@Override
		public String toString() {
			return this.method + " " + this.pattern;
		}

	}

	@BeforeEach
	void aViewer() {
		this.mvc = MockMvcBuilders.webAppContextSetup(this.context).apply(springSecurity()).build();
		if (this.people.find("vera-views").isEmpty()) {
			this.people.add(new Person("vera-views", "Vera", "vera@example.org", Set.of(Role.VIEWER)), null, "system");
		}
	}

	@Test
	void strangersAreKeptOut() throws Exception {
		var open = new ArrayList<String>();
		for (var mapped : mapped()) {
			if (FOR_EVERYBODY.stream().anyMatch((path) -> mapped.pattern().startsWith(path))) {
				continue;
			}
			var answer = this.mvc.perform(request(mapped).with(csrf())).andReturn().getResponse();
			var toLogIn = String.valueOf(answer.getRedirectedUrl()).endsWith("/login");
			if (answer.getStatus() != 401 && !(answer.getStatus() == 302 && toLogIn)) {
				open.add(mapped + " answers " + answer.getStatus());
			}
		}
		assertThat(open).as("open to strangers").isEmpty();
	}

	@Test
	void whoMayOnlyLookChangesNothing() throws Exception {
		var secret = this.tokens
			.issue("vera-views", "test", Set.of(Role.VIEWER), java.time.Duration.ofDays(1), "system")
			.secret();
		var before = traces();
		var done = new ArrayList<String>();
		var looked = 0;
		var unreadable = 0;
		for (var mapped : mapped()) {
			if (!mapped.changes() || FOR_VIEWERS.containsKey(mapped.toString())
					|| FOR_EVERYBODY.stream().anyMatch((path) -> mapped.pattern().startsWith(path))) {
				continue;
			}
			looked++;
			var request = mapped.machines() ? request(mapped).header("Authorization", "Bearer " + secret)
					: request(mapped).with(user("vera-views").roles("VIEWER")).with(csrf());
			var status = this.mvc.perform(request).andReturn().getResponse().getStatus();
			if (status < 400 || status >= 500) {
				done.add("%s answers %d".formatted(mapped, status));
			}
			unreadable += (status == 400 || status == 415) ? 1 : 0;
		}
		assertThat(looked).as("handlers that change something").isGreaterThan(25);
		assertThat(done).as("not refused to a viewer").isEmpty();
		assertThat(unreadable).as("not asked in a way that could be refused").isLessThan(looked / 5);
		assertThat(traces()).isEqualTo(before);
	}

	/** Asked with values that pass for real ones, of things that mostly do not exist. */
	@Test
	void theReferenceSaysWhoMayDoWhat() throws Exception {
		var rows = new TreeMap<String, Map<Role, AccessReference.Answer>>();
		var broken = new ArrayList<String>();
		for (var mapped : mapped()) {
			if (FOR_EVERYBODY.stream().anyMatch((path) -> mapped.pattern().startsWith(path))) {
				continue;
			}
			var row = new TreeMap<Role, AccessReference.Answer>();
			for (var role : Role.values()) {
				var status = this.mvc.perform(as(role, mapped)).andReturn().getResponse().getStatus();
				row.put(role, AccessReference.Answer.of(status));
				if (status == 401 || status >= 500) {
					broken.add("%s answers %d to %s".formatted(mapped, status, role));
				}
			}
			rows.put(mapped.toString(), row);
		}
		assertThat(broken).isEmpty();
		if (Boolean.getBoolean("backout.write-reference")) {
			AccessReference.write(FOR_EVERYBODY, rows);
		}
		assertThat(AccessReference.PAGE).content().isEqualTo(AccessReference.page(FOR_EVERYBODY, rows));
	}

	private AbstractMockHttpServletRequestBuilder<?> as(Role role, Mapped mapped) throws Exception {
		var id = "only-" + role.name().toLowerCase(java.util.Locale.ROOT);
		if (this.people.find(id).isEmpty()) {
			this.people.add(new Person(id, id, id + "@example.org", Set.of(role)), null, "system");
		}
		var request = request(mapped).accept(MediaType.ALL);
		return mapped.machines()
				? request.header("Authorization", "Bearer "
						+ this.tokens.issue(id, "test", Set.of(role), java.time.Duration.ofDays(1), "system").secret())
				: request.with(user(id).roles(role.name())).with(csrf());
	}

	@Test
	void pagesDemandTheirOwnForms() throws Exception {
		var open = new ArrayList<String>();
		for (var mapped : mapped()) {
			if (mapped.changes() && !mapped.machines() && !mapped.pattern().startsWith("/status")
					&& !mapped.pattern().equals("/error")) {
				var status = this.mvc.perform(request(mapped).with(user("vera-views").roles("VIEWER")))
					.andReturn()
					.getResponse()
					.getStatus();
				if (status != 403) {
					open.add("%s answers %d".formatted(mapped, status));
				}
			}
		}
		assertThat(open).as("accepts posts from elsewhere").isEmpty();
	}

	@Test
	void nobodyIsNamedInABody() {
		var named = new TreeSet<String>();
		for (var mapped : mapped()) {
			for (var parameter : mapped.handler().getMethodParameters()) {
				if (parameter.hasParameterAnnotation(RequestBody.class) && parameter.getParameterType().isRecord()) {
					Arrays.stream(parameter.getParameterType().getRecordComponents())
						.map(RecordComponent::getName)
						.filter((name) -> Set
							.of("by", "actor", "user", "requester", "approver", "approvedBy", "author", "commander",
									"savedBy")
							.contains(name))
						.forEach((name) -> named.add(mapped + " takes " + name));
				}
			}
		}
		assertThat(named).isEmpty();
	}

	@Test
	void theEnginesOwnDoorsAreShut() throws Exception {
		for (var path : List.of("/engine-rest/engine", "/engine-rest/process-definition", "/camunda/app/",
				"/camunda/api/engine", "/rest/engine", "/actuator/env", "/actuator/heapdump", "/actuator/beans",
				"/actuator/camunda", "/h2-console")) {
			var status = this.mvc
				.perform(MockMvcRequestBuilders.get(path).with(user("vera-views").roles("ADMIN", "OPERATOR")))
				.andReturn()
				.getResponse()
				.getStatus();
			assertThat(status).as(path).isIn(401, 403, 404);
		}
	}

	/** What would be left behind if anything was done. */
	private Map<String, Long> traces() {
		var traces = new LinkedHashMap<String, Long>();
		for (var table : List.of("backout.ledger_entry", "backout.person", "backout.run", "backout.playbook_draft",
				"backout.message", "backout.flag_state", "public.act_re_deployment", "public.act_hi_procinst")) {
			var there = this.jdbc.sql("select to_regclass(:table) is not null")
				.param("table", table)
				.query(Boolean.class)
				.single();
			if (there) {
				traces.put(table, this.jdbc.sql("select count(*) from " + table).query(Long.class).single());
			}
		}
		assertThat(traces).hasSizeGreaterThan(4);
		return traces;
	}

	private List<Mapped> mapped() {
		var all = new TreeMap<String, Mapped>();
		this.mappings.forEach((mapping) -> mapping.getHandlerMethods().forEach((info, handler) -> {
			var methods = info.getMethodsCondition().getMethods();
			for (var pattern : Objects.requireNonNull(info.getPathPatternsCondition()).getPatternValues()) {
				for (var method : methods.isEmpty() ? Set.of(RequestMethod.GET) : methods) {
					var mapped = new Mapped(method.asHttpMethod(), pattern, handler);
					all.put(mapped.toString(), mapped);
				}
			}
		}));
		assertThat(all).hasSizeGreaterThan(60);
		return List.copyOf(all.values());
	}

	private AbstractMockHttpServletRequestBuilder<?> request(Mapped mapped) throws Exception {
		var parameters = mapped.handler().getMethodParameters();
		var files = Arrays.stream(parameters)
			.filter((parameter) -> parameter.getParameterType().equals(MultipartFile.class))
			.map((parameter) -> name(parameter))
			.toList();
		AbstractMockHttpServletRequestBuilder<?> request;
		if (files.isEmpty()) {
			request = MockMvcRequestBuilders.request(mapped.method(), mapped.path());
		}
		else {
			var multipart = MockMvcRequestBuilders.multipart(mapped.method(), mapped.path());
			files.forEach((name) -> multipart.file(new MockMultipartFile(name, "x".getBytes())));
			request = multipart;
		}
		request.accept(mapped.machines() ? MediaType.ALL : MediaType.TEXT_HTML);
		for (var parameter : parameters) {
			parameter.initParameterNameDiscovery(new org.springframework.core.DefaultParameterNameDiscoverer());
			if (parameter.hasParameterAnnotation(RequestBody.class)) {
				body(request, mapped, parameter);
			}
			else if (parameter.hasParameterAnnotation(RequestParam.class)
					&& !parameter.getParameterType().equals(MultipartFile.class)
					&& !Map.class.isAssignableFrom(parameter.getParameterType())) {
				request.param(name(parameter), String.valueOf(
						value(parameter.getParameterType(), parameter.getGenericParameterType(), name(parameter))));
			}
			else if (parameter.getParameterType().isRecord() && !parameter.getParameterType().equals(Person.class)) {
				for (var component : parameter.getParameterType().getRecordComponents()) {
					var value = value(component.getType(), component.getGenericType(), component.getName());
					if (value != null && !(value instanceof Collection) && !(value instanceof Map)) {
						request.param(component.getName(), String.valueOf(value));
					}
				}
			}
		}
		return request;
	}

	private static String name(MethodParameter parameter) {
		parameter.initParameterNameDiscovery(new org.springframework.core.DefaultParameterNameDiscoverer());
		var annotation = parameter.getParameterAnnotation(RequestParam.class);
		var named = (annotation != null) ? annotation.name() : "";
		return named.isEmpty() ? String.valueOf(parameter.getParameterName()) : named;
	}

	private void body(AbstractMockHttpServletRequestBuilder<?> request, Mapped mapped, MethodParameter parameter)
			throws Exception {
		if (parameter.getParameterType().equals(byte[].class) || parameter.getParameterType().equals(String.class)) {
			var xml = mapped.handler().toString().contains("Playbook") || mapped.pattern().contains("playbook");
			request.contentType(xml ? MediaType.APPLICATION_XML : MediaType.APPLICATION_OCTET_STREAM).content("<x/>");
			return;
		}
		request.contentType(MediaType.APPLICATION_JSON)
			.content(this.json
				.writeValueAsString(value(parameter.getParameterType(), parameter.getGenericParameterType(), "body")));
	}

	/** Something that passes for a value. */
	private Object value(Class<?> type, java.lang.reflect.Type generic, String name) {
		if (type.isRecord()) {
			var values = new LinkedHashMap<String, Object>();
			for (var component : type.getRecordComponents()) {
				values.put(component.getName(),
						value(component.getType(), component.getGenericType(), component.getName()));
			}
			return values;
		}
		if (type.isEnum()) {
			return ((Enum<?>) type.getEnumConstants()[0]).name();
		}
		if (Collection.class.isAssignableFrom(type)) {
			var inner = (generic instanceof java.lang.reflect.ParameterizedType parameterized)
					? parameterized.getActualTypeArguments()[0] : String.class;
			return (inner instanceof Class<?> element) ? List.of(value(element, element, name)) : List.of();
		}
		if (Map.class.isAssignableFrom(type) || type.getName().contains("JsonNode")) {
			return Map.of();
		}
		if (type.equals(int.class) || type.equals(Integer.class) || type.equals(long.class) || type.equals(Long.class)
				|| type.equals(double.class) || type.equals(Double.class)) {
			return 1;
		}
		if (type.equals(boolean.class) || type.equals(Boolean.class)) {
			return true;
		}
		if (type.equals(Instant.class)) {
			return Instant
				.parse(name.equals("to") || name.equals("until") ? "2030-01-02T00:00:00Z" : "2030-01-01T00:00:00Z")
				.toString();
		}
		if (type.equals(UUID.class)) {
			return "00000000-0000-0000-0000-000000000001";
		}
		if (type.equals(java.time.Duration.class)) {
			return "PT1H";
		}
		return name.equals("email") ? "x@example.org" : name.equals("id") ? "x" : "x";
	}

}
