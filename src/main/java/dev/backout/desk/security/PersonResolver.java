package dev.backout.desk.security;

import dev.backout.people.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Gives controllers the {@link Person} who asks: from the security context, never from a
 * body.
 */
@Component
class PersonResolver implements HandlerMethodArgumentResolver {

	private final SignedIn signedIn;

	PersonResolver(SignedIn signedIn) {
		this.signedIn = signedIn;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType().equals(Person.class);
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest request, @Nullable WebDataBinderFactory binders) {
		if (request.getUserPrincipal() instanceof Authentication authentication) {
			return this.signedIn.of(authentication);
		}
		throw new InsufficientAuthenticationException("Nobody is logged in");
	}

}
