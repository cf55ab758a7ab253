package dev.backout.desk.security;

import dev.backout.people.LogIns;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.stereotype.Component;

/**
 * The log-in form's question, asked of the people module, which also slows guessing down.
 */
@Component
class PasswordLogIn implements AuthenticationProvider {

	private final LogIns logIns;

	PasswordLogIn(LogIns logIns) {
		this.logIns = logIns;
	}

	@Override
	public @Nullable Authentication authenticate(Authentication typed) {
		try {
			var person = this.logIns.logIn(typed.getName(), String.valueOf(typed.getCredentials()), address(typed));
			var known = UsernamePasswordAuthenticationToken.authenticated(person.id(), null,
					SignedIn.authorities(person.roles()));
			known.setDetails(typed.getDetails());
			return known;
		}
		catch (LogIns.LogInRefused ex) {
			throw new BadCredentialsException(ex.reason(), ex);
		}
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
	}

	private static String address(Authentication typed) {
		return (typed.getDetails() instanceof WebAuthenticationDetails details) ? details.getRemoteAddress() : "";
	}

}
