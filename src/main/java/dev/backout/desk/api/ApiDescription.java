package dev.backout.desk.api;

import dev.backout.people.Person;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What {@code /v3/api-docs} says about the whole. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

	private static final String TOKEN = "token";

	ApiDescription() {
		// Whoever asks is known from the token, not from a parameter.
		SpringDocUtils.getConfig().addRequestWrapperToIgnore(Person.class);
	}

	@Bean
	OpenAPI description() {
		return new OpenAPI()
			.info(new Info().title("Backout")
				.version("v1")
				.description("Errors are problems (RFC 9457) with a stable 'code'. A refusal by the state of things "
						+ "is 409, by roles or separation of duties 403, unreadable input 400 naming the field."))
			.components(new Components().addSecuritySchemes(TOKEN,
					new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")))
			.addSecurityItem(new SecurityRequirement().addList(TOKEN));
	}

}
