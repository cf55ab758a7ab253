package dev.backout.desk.web;

import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The log-in form; the log-in itself is Spring Security's. */
@Controller
class LogInPage {

	@GetMapping("/login")
	String login(@RequestParam(required = false) @Nullable String wrong,
			@RequestParam(required = false) @Nullable Integer wait,
			@RequestParam(required = false) @Nullable String bye, CsrfToken token, Model model) {
		// The session that keeps it cannot begin once the page is on its way.
		token.getToken();
		model.addAttribute("wrong", wrong != null);
		model.addAttribute("wait", wait);
		model.addAttribute("bye", bye != null);
		return "login";
	}

}
