package dev.backout.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Has a running Backout run a suite, and follows it; ended early, the suite is cancelled.
 */
final class RemoteChecks {

	private static final ObjectMapper JSON = new ObjectMapper();

	private static final Duration EVERY = Duration.ofMillis(500);

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private final URI server;

	private final String token;

	RemoteChecks(URI server, String token) {
		this.server = server;
		this.token = token;
	}

	JsonNode run(String suite, String target, @Nullable String release, CheckProgress progress)
			throws IOException, InterruptedException {
		var body = JSON.createObjectNode().put("suite", suite).put("target", target).put("release", release);
		var run = ask("POST", "/api/v1/checks/runs", body.toString());
		var path = "/api/v1/checks/runs/" + run.path("id").asText();
		var end = new Thread(() -> cancel(path));
		Runtime.getRuntime().addShutdownHook(end);
		while (run.path("state").asText().equals("RUNNING")) {
			progress.at(run.path("results").size(), run.path("total").asInt());
			Thread.sleep(EVERY.toMillis());
			run = ask("GET", path, "");
		}
		Runtime.getRuntime().removeShutdownHook(end);
		return run;
	}

	private void cancel(String path) {
		try {
			ask("POST", path + "/cancel", "");
		}
		catch (IOException | InterruptedException | Rejected ex) {
			// The server notices by itself when nobody asks any more.
		}
	}

	private JsonNode ask(String method, String path, String body) throws IOException, InterruptedException {
		var request = HttpRequest.newBuilder(this.server.resolve(path))
			.timeout(Duration.ofSeconds(30))
			.header("Authorization", "Bearer " + this.token)
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body))
			.build();
		try {
			var answer = this.client.send(request, HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() >= 300) {
				throw new Rejected("check.server",
						"%s answers %d: %s".formatted(this.server, answer.statusCode(), detail(answer.body())));
			}
			return JSON.readTree(answer.body());
		}
		catch (java.net.ConnectException ex) {
			throw new Rejected("check.server",
					"%s cannot be reached: is Backout running there?".formatted(this.server));
		}
	}

	private static String detail(String body) {
		try {
			return JSON.readTree(body).path("detail").asText("the token may be wrong, or lack the role operator");
		}
		catch (IOException ex) {
			return "it is no Backout";
		}
	}

}
