package dev.backout.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Asks HTTP addresses that people wrote down: only hosts on the list of the
 * configuration, no redirects, a limited answer, a limited time.
 */
@Component
@EnableConfigurationProperties(HttpAccess.class)
public class HttpCalls {

	/** Largest answer that is read, in bytes. */
	public static final int LARGEST_ANSWER = 1_000_000;

	private static final Set<String> SCHEMES = Set.of("http", "https");

	private final HttpClient client = HttpClient.newBuilder()
		.followRedirects(HttpClient.Redirect.NEVER)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final List<String> allow;

	public HttpCalls(HttpAccess access) {
		this.allow = access.allow().stream().map((host) -> host.toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * An answer.
	 *
	 * @param status the HTTP status; a redirect is one like any other
	 * @param body as text
	 * @param took from the question to the last byte
	 */
	public record Answer(int status, String body, Duration took) {
	}

	/**
	 * Asks with GET.
	 * @throws Rejected {@code http.not-allowed} naming the setting
	 * @throws IOException in words for people when there is no answer in time
	 */
	public Answer get(String address, Duration timeout) throws IOException {
		var uri = allowed(address);
		var begin = System.nanoTime();
		var request = HttpRequest.newBuilder(uri)
			.timeout(timeout)
			.header("Accept", "application/json, */*")
			.header("User-Agent", "backout")
			.build();
		var answer = this.client.sendAsync(request, (info) -> new Limited());
		try {
			var response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
			return new Answer(response.statusCode(), response.body(), Duration.ofNanos(System.nanoTime() - begin));
		}
		catch (TimeoutException ex) {
			answer.cancel(true);
			throw new IOException("%s did not answer within %d ms".formatted(uri, timeout.toMillis()));
		}
		catch (ExecutionException ex) {
			throw unanswered(uri, timeout, ex.getCause());
		}
		catch (InterruptedException ex) {
			answer.cancel(true);
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while waiting for %s".formatted(uri));
		}
	}

	private static IOException unanswered(URI uri, Duration timeout, @Nullable Throwable cause) {
		if (cause instanceof HttpTimeoutException) {
			return new IOException("%s did not answer within %d ms".formatted(uri, timeout.toMillis()));
		}
		if (cause instanceof ConnectException) {
			return new IOException("%s cannot be reached: is it running, and is the address right?".formatted(uri));
		}
		return new IOException(
				"%s gave no answer: %s".formatted(uri, (cause != null) ? cause.getMessage() : "no reason"), cause);
	}

	private URI allowed(String address) {
		URI uri;
		try {
			uri = URI.create(address);
		}
		catch (IllegalArgumentException ex) {
			throw new Rejected("http.not-allowed", "'%s' is no address".formatted(address));
		}
		var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
		if (!SCHEMES.contains(scheme) || uri.getHost() == null || uri.getUserInfo() != null) {
			throw new Rejected("http.not-allowed",
					"'%s' must be a plain http or https address without user and password".formatted(address));
		}
		var host = uri.getHost().toLowerCase(Locale.ROOT);
		var usual = uri.getPort() == -1 || uri.getPort() == (scheme.equals("https") ? 443 : 80);
		if (!this.allow.contains(host + ":" + uri.getPort()) && !(usual && this.allow.contains(host))) {
			throw new Rejected("http.not-allowed",
					"Backout may not call '%s': add '%s' to backout.http.allow if it should".formatted(address,
							usual ? host : host + ":" + uri.getPort()));
		}
		return uri;
	}

	/** Collects a body and gives up one that is too large. */
	private static final class Limited implements HttpResponse.BodySubscriber<String> {

		private final CompletableFuture<String> body = new CompletableFuture<>();

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private Flow.@Nullable Subscription subscription;

		@Override
		public CompletionStage<String> getBody() {
			return this.body;
		}

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.subscription = subscription;
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(List<ByteBuffer> buffers) {
			for (var buffer : buffers) {
				if (this.bytes.size() + buffer.remaining() > LARGEST_ANSWER) {
					if (this.subscription != null) {
						this.subscription.cancel();
					}
					this.body.completeExceptionally(
							new IOException("the answer is larger than %d bytes".formatted(LARGEST_ANSWER)));
					return;
				}
				var part = new byte[buffer.remaining()];
				buffer.get(part);
				this.bytes.writeBytes(part);
			}
		}

		@Override
		public void onError(Throwable ex) {
			this.body.completeExceptionally(ex);
		}

		@Override
		public void onComplete() {
			this.body.complete(this.bytes.toString(StandardCharsets.UTF_8));
		}

	}

}
