package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import dev.backout.Backout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code check run --server}: what is asked of a server, and what is made of its answers.
 */
class RemoteCheckTests {

	private static final String RUN = """
			{"id": "c1", "suite": "shop", "version": 3, "target": "shop", "state": "%s", "total": 1, "results": [%s]}""";

	private static final String RESULT = """
			{"check": "orders", "kind": "row-counts", "severity": "SEV1", "owner": "mira", "outcome": "%s",
			"value": "0", "minimum": "at most 0", "summary": "as before", "evidence": [], "more": 0, "took": "PT0.1S"}""";

	/** A status and a body. */
	record Answer(int status, String body) {
	}

	@TempDir
	Path directory;

	final List<String> asked = new ArrayList<>();

	final Deque<Answer> answers = new ArrayDeque<>();

	HttpServer server;

	@BeforeEach
	void listen() throws IOException {
		Files.writeString(this.directory.resolve("token"), "bko_operator\n");
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		this.server.createContext("/", (exchange) -> {
			this.asked.add(
					"%s %s %s %s"
						.formatted(exchange.getRequestMethod(), exchange.getRequestURI(),
								exchange.getRequestHeaders().getFirst("Authorization"),
								new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
						.strip());
			var answer = this.answers.remove();
			var body = answer.body().getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(answer.status(), body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	@Test
	void suiteIsStartedAndFollowedToItsEnd() {
		this.answers.add(new Answer(202, RUN.formatted("RUNNING", "")));
		this.answers.add(new Answer(200, RUN.formatted("FINISHED", RESULT.formatted("PASS"))));

		var said = run("shop-2");

		assertThat(said.code()).as(said.err()).isZero();
		assertThat(said.out()).contains("shop version 3 on shop: 1 of 1 checks hold");
		assertThat(this.asked).containsExactly(
				"POST /api/v1/checks/runs Bearer bko_operator {\"suite\":\"shop\",\"target\":\"shop\",\"release\":\"shop-2\"}",
				"GET /api/v1/checks/runs/c1 Bearer bko_operator");
	}

	@Test
	void whatIsBelowOrNotEndedIsNoSuccess() {
		this.answers.add(new Answer(202, RUN.formatted("FINISHED", RESULT.formatted("FAIL"))));
		assertThat(run("shop-2").code()).isEqualTo(1);

		this.answers.add(new Answer(202, RUN.formatted("CANCELLED", "")));
		assertThat(run("shop-2").code()).isEqualTo(1);
	}

	@Test
	void refusalIsToldAsTheServerSaysIt() {
		this.answers
			.add(new Answer(409, "{\"code\": \"check-run.active\", \"detail\": \"'shop' is at work already\"}"));
		assertThat(run("shop-2")).satisfies((said) -> assertThat(said.code()).isEqualTo(2))
			.satisfies((said) -> assertThat(said.err()).contains("answers 409: 'shop' is at work already"));

		this.answers.add(new Answer(409,
				"{\"code\": \"check-suite.unknown-owner\", \"detail\": \"shop.yaml: suite 'shop' names owners whom nobody knows\"}"));
		assertThat(run("shop-2")).satisfies((said) -> assertThat(said.code()).isEqualTo(2))
			.satisfies((said) -> assertThat(said.err())
				.contains("shop.yaml: suite 'shop' names owners whom nobody knows"));

		this.answers.add(new Answer(401, "{}"));
		assertThat(run("shop-2").err()).contains("the token may be wrong, or lack the role operator");

		this.answers.add(new Answer(502, "<html>Bad gateway"));
		assertThat(run("shop-2").err()).contains("it is no Backout");
	}

	@Test
	void serverThatIsNotThereIsToldInOneSentence() {
		var port = this.server.getAddress().getPort();
		this.server.stop(0);

		assertThat(run("shop-2").err()).contains("http://127.0.0.1:%d cannot be reached".formatted(port));
	}

	/** What a command said, and how it ended. */
	record Said(int code, String out, String err) {
	}

	private Said run(String release) {
		var out = new ByteArrayOutputStream();
		var err = new ByteArrayOutputStream();
		var stdout = System.out;
		var stderr = System.err;
		System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
		System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
		try {
			int code = Cli.run(Backout.class, "check", "run", "shop", "--release", release, "--server",
					"http://127.0.0.1:" + this.server.getAddress().getPort(), "--token-file",
					this.directory.resolve("token").toString());
			return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
		}
		finally {
			System.setOut(stdout);
			System.setErr(stderr);
		}
	}

}
