package dev.backout.backup.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.backup.Hold;
import dev.backout.backup.Keeping;
import dev.backout.backup.Objectives;
import dev.backout.backup.RestoreEstimate;
import dev.backout.backup.Restores;
import dev.backout.backup.Verification;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/** What backups answer over HTTP, and to whom. */
class BackupsApiTests {

	static final Instant NOW = Instant.parse("2026-11-23T05:00:00Z");

	final Backups backups = mock(Backups.class);

	final Keeping keeping = mock(Keeping.class);

	final Restores restores = mock(Restores.class);

	Person person = new Person("mira", "Mira", "mira@example.org", Set.of(Role.VIEWER));

	MockMvc mvc;

	@BeforeEach
	void aBackup() {
		var backup = new Backup("b-1", "shop", NOW, Duration.ofSeconds(5), "copy", 10, 1000, "s", "d", "m",
				NOW.plus(Duration.ofDays(30)), List.of("public.orders"),
				new Verification(NOW, Duration.ofSeconds(2), Duration.ofSeconds(3), List.of()));
		given(this.backups.list()).willReturn(List.of(backup));
		given(this.backups.find("b-1")).willReturn(Optional.of(backup));
		given(this.backups.take(eq("shop"), any(), anyString(), anyString(), any())).willReturn(backup);
		given(this.keeping.holds(any())).willReturn(Map.of("b-1", new Hold("ada", NOW, "evidence")));
		given(this.keeping.kept("shop")).willReturn(Map.of("b-1", Set.of("daily")));
		var estimate = new RestoreEstimate(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(3), "one");
		given(this.restores.estimate(any())).willReturn(estimate);
		given(this.keeping.objectives("shop")).willReturn(new Objectives("shop", Duration.ofHours(26),
				Duration.ofHours(30), Duration.ofHours(1), estimate, List.of(), List.of()));
		this.mvc = MockMvcBuilders.standaloneSetup(new BackupsApi(this.backups, this.keeping, this.restores))
			.setMessageConverters(new MappingJackson2HttpMessageConverter(Jackson2ObjectMapperBuilder.json().build()))
			.setCustomArgumentResolvers(new HandlerMethodArgumentResolver() {

				@Override
				public boolean supportsParameter(MethodParameter parameter) {
					return parameter.getParameterType() == Person.class;
				}

				@Override
				public Object resolveArgument(MethodParameter parameter, ModelAndViewContainer container,
						NativeWebRequest request, WebDataBinderFactory binders) {
					return BackupsApiTests.this.person;
				}

			})
			.build();
	}

	@Test
	void everybodyReads() throws Exception {
		this.mvc.perform(get("/api/v1/backups"))
			.andExpect(jsonPath("$[0].id").value("b-1"))
			.andExpect(jsonPath("$[0].verified").value(true))
			.andExpect(jsonPath("$[0].tables[0]").value("public.orders"))
			.andExpect(jsonPath("$[0].hold.reason").value("evidence"));
		this.mvc.perform(get("/api/v1/backups?target=other")).andExpect(jsonPath("$").isEmpty());
		this.mvc.perform(get("/api/v1/backups/b-1"))
			.andExpect(jsonPath("$.id").value("b-1"))
			.andExpect(jsonPath("$.generations[0]").value("daily"))
			.andExpect(jsonPath("$.estimate.expectedMillis").value(2000));
		this.mvc.perform(get("/api/v1/backups/objectives?target=shop"))
			.andExpect(jsonPath("$.rpoHeld").value(false))
			.andExpect(jsonPath("$.rtoHeld").value(true));
	}

	@Test
	void whoeverOnlyLooksChangesNothing() {
		for (var request : List.of(
				post("/api/v1/backups").contentType(MediaType.APPLICATION_JSON).content("{\"target\":\"shop\"}"),
				post("/api/v1/backups/b-1/verify"), delete("/api/v1/backups/b-1"),
				put("/api/v1/backups/b-1/hold").contentType(MediaType.APPLICATION_JSON).content("{\"reason\":\"x\"}"),
				delete("/api/v1/backups/b-1/hold").contentType(MediaType.APPLICATION_JSON)
					.content("{\"reason\":\"x\"}"),
				delete("/api/v1/backups/former/shop_before_1?target=shop"))) {
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> this.mvc.perform(request))
				.withRootCauseInstanceOf(AccessDeniedException.class);
		}
		verify(this.backups, never()).take(any(), any(), any(), any(), any());
		verify(this.keeping, never()).retire(any(), any(), any());
		verify(this.keeping, never()).hold(any(), any(), any());
		verify(this.restores, never()).release(any(), any(), any(), any());
	}

	@Test
	void operatorsTakeAndVerifyAuditorsHoldAdministratorsDelete() throws Exception {
		this.person = new Person("mira", "Mira", "m@example.org", Set.of(Role.OPERATOR));
		this.mvc
			.perform(post("/api/v1/backups").contentType(MediaType.APPLICATION_JSON).content("{\"target\":\"shop\"}"))
			.andExpect(status().isCreated());
		verify(this.backups).take(eq("shop"), eq(List.of()), anyString(), anyString(), any());
		this.mvc
			.perform(post("/api/v1/backups").contentType(MediaType.APPLICATION_JSON)
				.content("{\"target\":\"shop\",\"tables\":[\"public.orders\"]}"))
			.andExpect(status().isCreated());
		verify(this.backups).take(eq("shop"), eq(List.of("public.orders")), anyString(), anyString(), any());
		verify(this.backups, times(2)).verify(eq("b-1"), anyString(), any());

		this.person = new Person("vera", "Vera", "v@example.org", Set.of(Role.AUDITOR));
		this.mvc
			.perform(put("/api/v1/backups/b-1/hold").contentType(MediaType.APPLICATION_JSON)
				.content("{\"reason\":\"evidence\"}"))
			.andExpect(status().isNoContent());
		verify(this.keeping).hold("b-1", "vera", "evidence");

		this.person = new Person("ada", "Ada", "a@example.org", Set.of(Role.ADMIN));
		this.mvc.perform(delete("/api/v1/backups/b-1")).andExpect(status().isNoContent());
		verify(this.keeping).retire("b-1", "ada", "b-1");
	}

	@Test
	void aHoldNeedsAReason() throws Exception {
		this.person = new Person("ada", "Ada", "a@example.org", Set.of(Role.ADMIN));

		this.mvc
			.perform(put("/api/v1/backups/b-1/hold").contentType(MediaType.APPLICATION_JSON)
				.content("{\"reason\":\" \"}"))
			.andExpect(status().isBadRequest());
	}

}
