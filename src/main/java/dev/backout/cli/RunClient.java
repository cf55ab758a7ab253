package dev.backout.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/** Talks to a running Backout as the owner of a token. */
class RunClient {

	private static final ObjectMapper JSON = new ObjectMapper();

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private final URI url;

	private final String token;

	RunClient(URI url, @Nullable String token) {
		if (token == null || token.isBlank()) {
			throw new Rejected("cli.token",
					"A running Backout wants to know who asks: make a token on its page 'Tokens' and set BACKOUT_TOKEN");
		}
		this.url = url;
		this.token = token.strip();
	}

	JsonNode get(String path) throws IOException {
		return send(request(path).GET().build());
	}

	void post(String path, Map<String, ?> body) throws IOException {
		send(request(path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
			.build());
	}

	JsonNode upload(String path, BodyPublisher bytes) throws IOException {
		return send(request(path).header("Content-Type", "application/octet-stream").POST(bytes).build());
	}

	static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.url.toString().replaceFirst("/+$", "") + "/api/v1" + path))
			.timeout(PATIENCE)
			.header("Accept", "application/json")
			.header("Authorization", "Bearer " + this.token);
	}

	private JsonNode send(HttpRequest request) throws IOException {
		try {
			var answer = this.http.send(request, BodyHandlers.ofString());
			if (answer.statusCode() >= 300) {
				throw refused(answer);
			}
			return answer.body().isBlank() ? JSON.nullNode() : JSON.readTree(answer.body());
		}
		catch (ConnectException | HttpTimeoutException ex) {
			throw new Rejected("cli.unreachable",
					"No Backout answers at %s: is it running, and BACKOUT_URL right?".formatted(this.url));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	/** What the server says, in its words and with its code. */
	private static Rejected refused(HttpResponse<String> answer) {
		try {
			var problem = JSON.readTree(answer.body());
			if (problem.hasNonNull("detail")) {
				var code = problem.path("code").asText("http." + answer.statusCode());
				return new Rejected(code, "%s (%s)".formatted(problem.get("detail").asText(), code));
			}
		}
		catch (IOException ex) {
			// Something else than Backout answers there.
		}
		return new Rejected("http." + answer.statusCode(), "%s answers %d to %s".formatted(answer.uri().getAuthority(),
				answer.statusCode(), answer.uri().getPath()));
	}

}
