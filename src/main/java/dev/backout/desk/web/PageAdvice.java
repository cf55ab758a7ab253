package dev.backout.desk.web;

import java.time.Clock;

import dev.backout.desk.Problems;
import dev.backout.desk.security.SignedIn;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.ModelAndView;

/** What every page shows, and the page that says why something is not possible. */
@ControllerAdvice(basePackageClasses = PageAdvice.class)
class PageAdvice {

	private final SignedIn signedIn;

	private final Format format;

	private final Names names;

	private final Clock clock;

	PageAdvice(SignedIn signedIn, Format format, Names names, Clock clock) {
		this.signedIn = signedIn;
		this.format = format;
		this.names = names;
		this.clock = clock;
	}

	@ModelAttribute("me")
	@Nullable Person me(HttpServletRequest request) {
		return (request.getUserPrincipal() instanceof Authentication authentication) ? this.signedIn.of(authentication)
				: null;
	}

	@ModelAttribute("f")
	Format format() {
		return this.format;
	}

	@ModelAttribute("names")
	Names names() {
		return this.names;
	}

	@ModelAttribute("serverTime")
	String serverTime() {
		return this.clock.instant().toString();
	}

	@ExceptionHandler
	ModelAndView rejected(Rejected ex) {
		return page(Problems.statusOf(ex), ex.reason());
	}

	@ExceptionHandler
	ModelAndView invalid(IllegalArgumentException ex) {
		return page(HttpStatus.BAD_REQUEST, String.valueOf(ex.getMessage()));
	}

	private static ModelAndView page(HttpStatus status, String reason) {
		var page = new ModelAndView("error", status);
		page.addObject("status", status.value());
		page.addObject("reason", reason);
		return page;
	}

}
