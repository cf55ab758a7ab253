package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** Steering runs from a terminal. */
class RunCommandTests {

	static final String RUN = "11111111-2222-3333-4444-555555555555";

	@TempDir
	Path directory;

	final List<String> asked = new ArrayList<>();

	final Map<String, String> answers = new HashMap<>();

	final StringWriter out = new StringWriter();

	final StringWriter err = new StringWriter();

	int status = 204;

	private HttpServer server;

	@BeforeEach
	void serve() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		this.asked.add("%s %s %s%s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(),
				exchange.getRequestHeaders().getFirst("Authorization"), body.isEmpty() ? "" : " " + body));
		var answer = this.answers.get(exchange.getRequestURI().getPath());
		var bytes = (answer != null) ? answer.getBytes(StandardCharsets.UTF_8) : new byte[0];
		exchange.sendResponseHeaders((answer != null && this.status == 204) ? 200 : this.status,
				(bytes.length == 0) ? -1 : bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private int run(String... arguments) {
		var all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--server", "http://127.0.0.1:%d/".formatted(this.server.getAddress().getPort()),
				"--token=bko_x"));
		return new CommandLine(new RunCommand()).setCaseInsensitiveEnumValuesAllowed(true)
			.setOut(new PrintWriter(this.out, true))
			.setErr(new PrintWriter(this.err, true))
			.setExecutionExceptionHandler((ex, command, parsed) -> {
				command.getErr().println(Failures.sentence(ex).orElseThrow(() -> ex));
				return 2;
			})
			.execute(all.toArray(String[]::new));
	}

	@Test
	void everyControlSendsItsReason() {
		assertThat(run("retry", RUN, "Task_Revert", "--reason", "the disk has room")).isZero();
		assertThat(run("skip", RUN, "Task_PostResolved", "--reason", "page is down")).isZero();
		assertThat(run("cancel", RUN, "Task_Revert", "--reason", "wrong")).isZero();
		assertThat(run("abort", RUN, "--reason", "false alarm")).isZero();
		assertThat(run("take-over", RUN, "--reason", "mira is ill")).isZero();
		assertThat(run("hand-over", RUN, "--to", "omar", "--reason", "shift ends")).isZero();
		assertThat(run("reassign", "t-1", "--to", "kim", "--reason", "on a plane")).isZero();
		assertThat(run("note", RUN, "half of the shops work")).isZero();
		assertThat(run("move", RUN, "--to", "2", "--reason", "mended")).isZero();

		assertThat(this.asked).containsExactly(at("/steps/Task_Revert/retry") + "{\"reason\":\"the disk has room\"}",
				at("/steps/Task_PostResolved/skip") + "{\"reason\":\"page is down\"}",
				at("/steps/Task_Revert/cancel") + "{\"reason\":\"wrong\"}",
				at("/abort") + "{\"reason\":\"false alarm\"}", at("/commander") + "{\"reason\":\"mira is ill\"}",
				this.asked.get(5), this.asked.get(6), at("/notes") + "{\"text\":\"half of the shops work\"}",
				this.asked.get(8));
		assertThat(this.asked.get(5)).startsWith(at("/hand-over")).contains("\"omar\"", "\"shift ends\"");
		assertThat(this.asked.get(6)).startsWith("POST /api/v1/tasks/t-1/reassign").contains("\"kim\"");
		assertThat(this.asked.get(8)).startsWith(at("/move")).contains("\"version\":2");
	}

	@Test
	void withoutAReasonNothingIsSent() {
		assertThat(run("abort", RUN)).isEqualTo(2);
		assertThat(this.err.toString()).contains("--reason");
		assertThat(this.asked).isEmpty();
	}

	@Test
	void stuckRunIsShownWithItsCauseAndExitCodeOne() {
		this.answers.put("/api/v1/runs/" + RUN,
				"""
						{"id": "%s", "state": "STUCK", "playbook": "rollback-release", "playbookVersion": 1, "release": "shop-2",
						"target": "shop", "severity": "SEV2", "commander": "mira", "requester": "mira",
						"startedAt": "2026-11-23T03:00:00Z"}"""
					.formatted(RUN));
		this.answers.put("/api/v1/runs/" + RUN + "/steps", """
				[{"stepId": "Task_TakeBackup", "name": "Take a backup", "state": "FAILED", "startedAt":
				"2026-11-23T03:00:00Z", "endedAt": "2026-11-23T03:00:42Z", "incident": {"cause": "No space left"}},
				{"stepId": "Task_Approve", "name": "Approve", "state": "WAITING", "waitsFor": "omar"}]""");

		assertThat(run("show", RUN)).isEqualTo(1);

		assertThat(this.out.toString()).contains("FAILED", "42 s", "No space left", "waits for omar");
		assertThat(run("show", RUN, "--format", "json")).isEqualTo(1);
	}

	@Test
	void refusalIsToldInTheServersWordsWithItsCode() {
		this.status = 403;
		this.answers.put("/api/v1/runs/" + RUN + "/abort",
				"{\"detail\": \"To abort a run takes the role operator\", \"code\": \"run.forbidden\"}");

		assertThat(run("abort", RUN, "--reason", "why")).isEqualTo(2);

		assertThat(this.err.toString())
			.isEqualToIgnoringNewLines("To abort a run takes the role operator (run.forbidden)");
	}

	@Test
	void nobodyThereIsToldAsSuch() {
		this.server.stop(0);

		assertThat(run("list")).isEqualTo(2);

		assertThat(this.err.toString()).contains("No Backout answers at http://127.0.0.1:");
	}

	@Test
	void fileGoesUpByteByByte() throws IOException {
		this.answers.put("/api/v1/runs/" + RUN + "/evidence", "{\"name\": \"a b.txt\", \"sha256\": \"ab12\"}");
		var file = Files.writeString(this.directory.resolve("a b.txt"), "errors");

		assertThat(run("attach", RUN, file.toString(), "--remark", "by minute & hour")).isZero();

		assertThat(this.asked).containsExactly("POST /api/v1/runs/" + RUN
				+ "/evidence?name=a%20b.txt&remark=by%20minute%20%26%20hour Bearer bko_x errors");
		assertThat(this.out.toString()).contains("ab12");
		assertThat(run("attach", RUN, "no-such-file", "--remark", "x")).isEqualTo(2);
		assertThat(this.err.toString()).contains("There is no file no-such-file");
	}

	private static String at(String path) {
		return "POST /api/v1/runs/" + RUN + path + " Bearer bko_x ";
	}

}
