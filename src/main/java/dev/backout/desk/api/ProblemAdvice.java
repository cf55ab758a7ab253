package dev.backout.desk.api;

import java.util.List;
import java.util.Map;

import dev.backout.desk.Problems;
import dev.backout.kernel.Rejected;
import dev.backout.playbook.PlaybookRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns what went wrong into a problem answer (RFC 9457) with a stable code, for every
 * module.
 */
@RestControllerAdvice(annotations = RestController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

	@ExceptionHandler
	ProblemDetail rejected(Rejected ex) {
		var status = Problems.statusOf(ex);
		return problem(status, Problems.titleOf(status), ex.code(), ex.reason());
	}

	@ExceptionHandler
	ProblemDetail refused(PlaybookRefused ex) {
		var problem = rejected(ex);
		problem.setProperty("findings", ex.findings());
		return problem;
	}

	@ExceptionHandler
	ProblemDetail invalid(IllegalArgumentException ex) {
		return problem(HttpStatus.BAD_REQUEST, "Not readable", "input.invalid", String.valueOf(ex.getMessage()));
	}

	/** Left to the filters, which know whether somebody is logged in. */
	@ExceptionHandler({ AccessDeniedException.class, AuthenticationException.class })
	void refused(RuntimeException ex) {
		throw ex;
	}

	@ExceptionHandler
	ProblemDetail broken(Exception ex) {
		log.error("A request failed", ex);
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Something broke here", "internal",
				"It was logged with the time of this answer. Nothing is known to have changed");
	}

	@Override
	protected ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<Map<String, String>> errors = ex.getFieldErrors()
			.stream()
			.map((error) -> Map.of("field", error.getField(), "message", String.valueOf(error.getDefaultMessage())))
			.toList();
		var first = errors.isEmpty() ? "The request is not complete"
				: "'%s' %s".formatted(errors.get(0).get("field"), errors.get(0).get("message"));
		var problem = problem(HttpStatus.BAD_REQUEST, "Not readable", "input.invalid", first);
		problem.setProperty("errors", errors);
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	@Override
	protected ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		var problem = problem(HttpStatus.BAD_REQUEST, "Not readable", "input.invalid", "The body is no JSON that fits: "
				+ String.valueOf(ex.getMostSpecificCause().getMessage()).lines().findFirst().orElse(""));
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	private static ProblemDetail problem(HttpStatus status, String title, String code, String detail) {
		var problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		problem.setProperty("code", code);
		return problem;
	}

}
