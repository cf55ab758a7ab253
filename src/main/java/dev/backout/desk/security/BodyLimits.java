package dev.backout.desk.security;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

import dev.backout.kernel.Rejected;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.WebContext;
import org.thymeleaf.web.servlet.JakartaServletWebApplication;

/**
 * Refuses a request that is larger than what it could hold, before it is read: by the
 * length that it says, or where it says none, after as much as it may have. Files in
 * forms and attachments have limits of their own beside these.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class BodyLimits extends OncePerRequestFilter {

	/** Playbooks; the reader of playbooks says no to anything larger. */
	static final long XML = 2_000_000;

	/** Letters, reviews and whatever else is text. */
	static final long TEXT = 1_000_000;

	/** A little more than a form with the largest file. */
	static final long FILE = 13L * 1024 * 1024;

	private final Refusals refusals;

	private final ITemplateEngine pages;

	BodyLimits(Refusals refusals, ITemplateEngine pages) {
		this.refusals = refusals;
		this.pages = pages;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		var most = most(String.valueOf(request.getContentType()));
		if (request.getContentLengthLong() > most) {
			refuse(request, response, most);
		}
		else if (request.getContentLengthLong() >= 0) {
			chain.doFilter(request, response);
		}
		else {
			chain.doFilter(new Counted(request, most), response);
		}
	}

	private static long most(String type) {
		if (type.startsWith("multipart/") || type.startsWith("application/octet-stream")) {
			return FILE;
		}
		return type.contains("xml") ? XML : TEXT;
	}

	private void refuse(HttpServletRequest request, HttpServletResponse response, long most) throws IOException {
		var path = request.getServletPath();
		var why = "The request has %,d bytes, and %,d are the most for what it holds"
			.formatted(request.getContentLengthLong(), most);
		var fromForm = String.valueOf(request.getHeader("Accept")).contains("text/html");
		if (!fromForm || path.startsWith("/api/") || path.startsWith("/ofrep/")) {
			this.refusals.write(response, HttpStatus.PAYLOAD_TOO_LARGE, "Too large", "input.too-large", why);
		}
		else {
			show(request, response);
		}
	}

	/** Without the dispatcher, which would read the form first. */
	private void show(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setStatus(HttpStatus.PAYLOAD_TOO_LARGE.value());
		response.setContentType("text/html;charset=UTF-8");
		response.setHeader("Content-Security-Policy", Headers.CONTENT_SECURITY_POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("X-Frame-Options", "DENY");
		var exchange = JakartaServletWebApplication.buildApplication(request.getServletContext())
			.buildExchange(request, response);
		var status = Map.<String, Object>of("status", HttpStatus.PAYLOAD_TOO_LARGE.value());
		this.pages.process("error", new WebContext(exchange, Locale.ENGLISH, status), response.getWriter());
	}

	/** A body that does not say how long it is. */
	private static final class Counted extends HttpServletRequestWrapper {

		private final long most;

		Counted(HttpServletRequest request, long most) {
			super(request);
			this.most = most;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			return new CountedStream(super.getInputStream(), this.most);
		}

	}

	private static final class CountedStream extends ServletInputStream {

		private final ServletInputStream body;

		private final long most;

		private long read;

		CountedStream(ServletInputStream body, long most) {
			this.body = body;
			this.most = most;
		}

		@Override
		public int read() throws IOException {
			var one = this.body.read();
			count((one >= 0) ? 1 : 0);
			return one;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			var some = this.body.read(bytes, offset, length);
			count(some);
			return some;
		}

		private void count(int more) {
			this.read += Math.max(more, 0);
			if (this.read > this.most) {
				throw new Rejected("input.too-large",
						"The request has more than %,d bytes, which are the most for what it holds"
							.formatted(this.most));
			}
		}

		@Override
		public boolean isFinished() {
			return this.body.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.body.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.body.setReadListener(listener);
		}

	}

}
