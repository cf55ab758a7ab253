package dev.backout.desk.security;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.backout.people.ApiTokens;
import dev.backout.people.LogIns.LogInRefused;
import dev.backout.people.Role;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Two ways in: a session with a log-in form for browsers, a bearer token for machines.
 * What a person may do is decided by the modules; here it is only who gets in at all.
 */
@Configuration(proxyBeanMethods = false)
class LogInConfiguration {

	@Bean
	@Order(1)
	SecurityFilterChain machines(HttpSecurity http, ApiTokens tokens, Refusals refusals) throws Exception {
		http.securityMatcher("/api/**", "/ofrep/**", "/actuator/**")
			.authorizeHttpRequests(
					(requests) -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
						.permitAll()
						.requestMatchers("/actuator/health/**", "/api/v1/status/**")
						.permitAll()
						.anyRequest()
						.hasAnyRole(anyRole()))
			.addFilterBefore(new BearerTokenFilter(tokens, refusals), UsernamePasswordAuthenticationFilter.class)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			// No cookie is read here, so a foreign page cannot use one.
			.csrf(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.exceptionHandling((refusal) -> refusal.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
			.headers(LogInConfiguration::headers);
		return http.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain browsers(HttpSecurity http, PasswordLogIn logIn) throws Exception {
		http.authenticationProvider(logIn)
			.authorizeHttpRequests(
					(requests) -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
						.permitAll()
						.requestMatchers("/login", "/status/**", "/assets/**", "/error", "/v3/api-docs/**")
						.permitAll()
						.anyRequest()
						.hasAnyRole(anyRole()))
			.formLogin((
					form) -> form.loginPage("/login").successHandler(goOn()).failureHandler(LogInConfiguration::refuse))
			.logout((logout) -> logout.logoutSuccessUrl("/login?bye"))
			// Strangers act there with no authority that a foreign page could borrow, and
			// a token would cost each of them a session.
			.csrf((csrf) -> csrf.ignoringRequestMatchers("/status/**"))
			.requestCache((cache) -> cache.requestCache(backToThePage()))
			.exceptionHandling((refusal) -> refusal.authenticationEntryPoint(logInPage()))
			.headers(LogInConfiguration::headers);
		return http.build();
	}

	@Bean
	WebMvcConfigurer personsAsArguments(PersonResolver resolver) {
		return new WebMvcConfigurer() {
			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(resolver);
			}
		};
	}

	private static String[] anyRole() {
		return Arrays.stream(Role.values()).map(Role::name).toArray(String[]::new);
	}

	private static void headers(HeadersConfigurer<HttpSecurity> headers) {
		headers.contentSecurityPolicy((policy) -> policy.policyDirectives(Headers.CONTENT_SECURITY_POLICY))
			.frameOptions(FrameOptionsConfig::deny)
			.referrerPolicy((policy) -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
			.permissionsPolicyHeader((policy) -> policy.policy(Headers.PERMISSIONS_POLICY));
	}

	/**
	 * A link in a message leads to its very page, log-in or not. Fragments and streams
	 * are no pages to come back to.
	 */
	private static HttpSessionRequestCache backToThePage() {
		var cache = new HttpSessionRequestCache();
		cache.setRequestMatcher((request) -> "GET".equals(request.getMethod()) && !fromScript(request)
				&& String.valueOf(request.getHeader("Accept")).contains("text/html"));
		cache.setMatchingRequestParameterName(null);
		return cache;
	}

	/**
	 * To the page that was asked for, on the host that the browser is at: neither a
	 * forged host name nor a proxy's own leads anybody elsewhere.
	 */
	private static AuthenticationSuccessHandler goOn() {
		var handler = new SavedRequestAwareAuthenticationSuccessHandler();
		handler.setRequestCache(backToThePage());
		handler.setRedirectStrategy((request, response, url) -> response.sendRedirect(
				response.encodeRedirectURL(url.contains("://") ? path(url) : request.getContextPath() + url)));
		return handler;
	}

	private static String path(String url) {
		var begin = url.indexOf('/', url.indexOf("://") + 3);
		var path = (begin > 0) ? url.substring(begin) : "/";
		return path.startsWith("//") ? "/" : path;
	}

	private static AuthenticationEntryPoint logInPage() {
		var page = new LoginUrlAuthenticationEntryPoint("/login");
		return (request, response, ex) -> {
			if (fromScript(request)) {
				response.setHeader("HX-Refresh", "true");
				response.sendError(HttpStatus.UNAUTHORIZED.value());
			}
			else {
				page.commence(request, response, ex);
			}
		};
	}

	private static boolean fromScript(HttpServletRequest request) {
		return request.getHeader("HX-Request") != null
				|| String.valueOf(request.getHeader("Accept")).contains("text/event-stream");
	}

	private static void refuse(HttpServletRequest request, HttpServletResponse response, AuthenticationException ex)
			throws IOException {
		var wait = (ex.getCause() instanceof LogInRefused refused) ? refused.waitFor() : Optional.<Duration>empty();
		var why = wait.map((time) -> "wait=" + (time.toMinutes() + 1)).orElse("wrong");
		response.sendRedirect(request.getContextPath() + "/login?" + why);
	}

}
