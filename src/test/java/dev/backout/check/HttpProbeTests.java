package dev.backout.check;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Probes against a server of their own. */
class HttpProbeTests {

	static HttpServer server;

	static CheckFixture fixture;

	static String address;

	@BeforeAll
	static void serve() throws IOException {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/good", (exchange) -> answer(exchange, 200, "{\"status\": \"UP\", \"queue\": 3}"));
		server.createContext("/bad", (exchange) -> answer(exchange, 503, "{\"status\": \"DOWN\"}"));
		server.createContext("/text", (exchange) -> answer(exchange, 200, "hello"));
		server.createContext("/large", (exchange) -> answer(exchange, 200, "x".repeat(2_000_000)));
		server.createContext("/away", (exchange) -> {
			exchange.getResponseHeaders().add("Location", "/good");
			answer(exchange, 302, "");
		});
		server.createContext("/never", (exchange) -> {
		});
		server.start();
		var host = "127.0.0.1:" + server.getAddress().getPort();
		address = "http://" + host;
		fixture = new CheckFixture(host);
	}

	@AfterAll
	static void stop() {
		server.stop(0);
	}

	static void answer(HttpExchange exchange, int status, String body) throws IOException {
		var bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	CheckResult probe(String path, String... more) {
		return fixture.check("http-probe", "parameters:\n  url: %s\n%s".formatted(address + path,
				more.length > 0 ? "  " + String.join("\n  ", more) : ""), "timeout: 2s");
	}

	@Test
	void goodAnswerPasses() {
		var result = probe("/good", "requests: 5", "json: [{pointer: /status, equal: UP}, {pointer: /queue, most: 3}]",
				"latency: {percentile: 95, most: 2s}");

		assertThat(result.outcome()).as(result.summary() + result.evidence()).isEqualTo(Outcome.PASS);
	}

	@Test
	void eachBrokenExpectationIsNamed() {
		var result = probe("/bad", "json: [{pointer: /status, equal: UP}, {pointer: /queue, most: 3}]");

		assertThat(result.value()).isEqualTo("3");
		assertThat(result.evidence()).containsExactly(
				Measurement.row("expectation", "status", "expected", "200", "seen", "503"),
				Measurement.row("expectation", "/status", "expected", "exactly UP", "seen", "DOWN"),
				Measurement.row("expectation", "/queue", "expected", "at most 3", "seen", "nothing there"));
	}

	@Test
	void textIsNoJson() {
		assertThat(probe("/text", "json: [{pointer: /status, equal: UP}]").evidence())
			.containsExactly(Measurement.row("expectation", "/status", "expected", "exactly UP", "seen", "no JSON"));
	}

	@Test
	void redirectIsNotFollowed() {
		assertThat(probe("/away").evidence())
			.containsExactly(Measurement.row("expectation", "status", "expected", "200", "seen", "302"));
	}

	@Test
	void silenceIsAnError() {
		var result = probe("/never");

		assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(result.summary()).contains("did not answer within");
	}

	@Test
	void hugeAnswerIsGivenUp() {
		assertThat(probe("/large").outcome()).isEqualTo(Outcome.ERROR);
	}

	@Test
	void closedPortIsAnError() throws IOException {
		int port;
		try (var socket = new java.net.ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		var closed = new CheckFixture("127.0.0.1:" + port);

		var result = closed.check("http-probe", "parameters: {url: 'http://127.0.0.1:%d/'}".formatted(port));

		assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(result.summary()).contains("cannot be reached");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://169.254.169.254/latest/meta-data", "http://127.0.0.1/", "http://localhost:1/",
			"http://user:secret@127.0.0.1/", "http://shop.example@evil.example/" })
	void onlyListedHostsAreCalled(String url) {
		var result = fixture.check("http-probe", "parameters: {url: '%s'}".formatted(url));

		assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(result.summary()).containsAnyOf("backout.http.allow", "without user and password");
	}

}
