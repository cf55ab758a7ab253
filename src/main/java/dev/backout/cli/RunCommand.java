package dev.backout.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows and steers runs of a Backout that runs elsewhere, over its REST API. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Follows and steers runs.",
		footer = { "", "The server and the token come from BACKOUT_URL and BACKOUT_TOKEN, or from the options.",
				"Whatever steers a run needs --reason; both go into the record with the token's owner.", "",
				"Exit code 0: done; 1: a run shown is stuck or was aborted; 2: refused or bad input." })
class RunCommand implements Callable<Integer> {

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Override
	public Integer call() {
		this.spec.commandLine().usage(err());
		return 2;
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "The newest runs, active ones first.")
	int list(@Mixin Server server, @Mixin Shape shape) throws IOException {
		var runs = server.client().get("/runs");
		if (shape.json()) {
			return print(runs);
		}
		out().printf("%-36s  %-8s  %-24s  %-12s  %-20s  %s%n", "run", "state", "release", "target", "started",
				"commander");
		for (var run : runs) {
			out().printf("%-36s  %-8s  %-24s  %-12s  %-20s  %s%n", text(run, "id"), text(run, "state"),
					text(run, "release"), text(run, "target"), second(run, "startedAt"), text(run, "commander"));
		}
		return 0;
	}

	@Command(name = "show", mixinStandardHelpOptions = true,
			description = "A run with its steps: exit code 1 if it is stuck or was aborted.")
	int show(@Mixin Server server, @Mixin Shape shape, @Parameters(paramLabel = "RUN") String run) throws IOException {
		var client = server.client();
		var found = client.get(path(run, ""));
		var steps = client.get(path(run, "/steps"));
		if (shape.json()) {
			print(new ObjectMapper()
				.createObjectNode().<com.fasterxml.jackson.databind.node.ObjectNode>set("run", found)
				.set("steps", steps));
		}
		else {
			show(found, steps);
		}
		return text(found, "state").matches("STUCK|ABORTED") ? 1 : 0;
	}

	private void show(JsonNode run, JsonNode steps) {
		out().printf("%s of %s on %s: %s%n", text(run, "playbook"), text(run, "release"), text(run, "target"),
				text(run, "state"));
		out().printf("%s, playbook version %s, commander %s, declared by %s at %s%n", text(run, "severity"),
				text(run, "playbookVersion"), text(run, "commander"), text(run, "requester"), second(run, "startedAt"));
		for (var step : steps) {
			out().printf("  %-10s %-28s %7s  %s%n", text(step, "state"), text(step, "stepId"), elapsed(step),
					text(step, "name"));
			if (step.hasNonNull("incident")) {
				out().printf("             %s%n", step.path("incident").path("cause").asText());
			}
			else if (step.hasNonNull("waitsFor")) {
				out().printf("             waits for %s%n", text(step, "waitsFor"));
			}
		}
	}

	@Command(name = "retry", mixinStandardHelpOptions = true, description = "Tries a failed step again now.")
	int retry(@Mixin Server server, @Mixin Reason reason, @Parameters(paramLabel = "RUN") String run,
			@Parameters(paramLabel = "STEP") String step) throws IOException {
		return steer(server, step(run, step, "retry"), reason.body(), "Tries '%s' again".formatted(step));
	}

	@Command(name = "skip", mixinStandardHelpOptions = true,
			description = "Passes over a failed step, where the playbook allows it.")
	int skip(@Mixin Server server, @Mixin Reason reason, @Parameters(paramLabel = "RUN") String run,
			@Parameters(paramLabel = "STEP") String step) throws IOException {
		return steer(server, step(run, step, "skip"), reason.body(), "Skipped '%s'".formatted(step));
	}

	@Command(name = "cancel", mixinStandardHelpOptions = true, description = "Tells a step at work to stop.")
	int cancel(@Mixin Server server, @Mixin Reason reason, @Parameters(paramLabel = "RUN") String run,
			@Parameters(paramLabel = "STEP") String step) throws IOException {
		return steer(server, step(run, step, "cancel"), reason.body(), "Told '%s' to stop".formatted(step));
	}

	@Command(name = "abort", mixinStandardHelpOptions = true,
			description = "Ends the run in a known state: thaws the target, tells people, records what is half done.")
	int abort(@Mixin Server server, @Mixin Reason reason, @Parameters(paramLabel = "RUN") String run)
			throws IOException {
		return steer(server, path(run, "/abort"), reason.body(), "The run is being aborted");
	}

	@Command(name = "take-over", mixinStandardHelpOptions = true, description = "Makes you the commander.")
	int takeOver(@Mixin Server server, @Mixin Reason reason, @Parameters(paramLabel = "RUN") String run)
			throws IOException {
		return steer(server, path(run, "/commander"), reason.body(), "You command the run");
	}

	@Command(name = "hand-over", mixinStandardHelpOptions = true, description = "Makes somebody else the commander.")
	int handOver(@Mixin Server server, @Mixin Reason reason, @Mixin Person to,
			@Parameters(paramLabel = "RUN") String run) throws IOException {
		return steer(server, path(run, "/hand-over"), to.body(reason), "%s commands the run".formatted(to.person));
	}

	@Command(name = "reassign", mixinStandardHelpOptions = true,
			description = "Gives a task that waits in a run to somebody else.")
	int reassign(@Mixin Server server, @Mixin Reason reason, @Mixin Person to,
			@Parameters(paramLabel = "TASK", description = "Its id, as in the address of its page.") String task)
			throws IOException {
		return steer(server, "/tasks/%s/reassign".formatted(RunClient.encoded(task)), to.body(reason),
				"The task waits for %s".formatted(to.person));
	}

	@Command(name = "note", mixinStandardHelpOptions = true, description = "Adds a sentence to the timeline.")
	int note(@Mixin Server server, @Parameters(paramLabel = "RUN") String run,
			@Parameters(paramLabel = "TEXT") String text) throws IOException {
		return steer(server, path(run, "/notes"), Map.of("text", text), "Noted");
	}

	@Command(name = "attach", mixinStandardHelpOptions = true, description = "Attaches a file as evidence.")
	int attach(@Mixin Server server, @Parameters(paramLabel = "RUN") String run,
			@Parameters(paramLabel = "FILE") Path file,
			@Option(names = "--remark", required = true, description = "What it shows.") String remark)
			throws IOException {
		try {
			var kept = server.client()
				.upload(path(run, "/evidence?name=%s&remark=%s"
					.formatted(RunClient.encoded(String.valueOf(file.getFileName())), RunClient.encoded(remark))),
						BodyPublishers.ofFile(file));
			out().printf("Attached %s, SHA-256 %s%n", text(kept, "name"), text(kept, "sha256"));
			return 0;
		}
		catch (FileNotFoundException ex) {
			throw new java.nio.file.NoSuchFileException(file.toString());
		}
	}

	@Command(name = "move", mixinStandardHelpOptions = true,
			description = { "Shows what the newest version of the playbook does otherwise.",
					"With --to and --reason the run moves to that version." })
	int move(@Mixin Server server, @Parameters(paramLabel = "RUN") String run,
			@Option(names = "--to", paramLabel = "VERSION",
					description = "The version whose difference was looked at.") @Nullable Integer to,
			@Option(names = "--reason", description = "Why.") @Nullable String reason) throws IOException {
		if (to != null) {
			return steer(server, path(run, "/move"), Map.of("version", to, "reason", (reason != null) ? reason : ""),
					"The run follows version %d".formatted(to));
		}
		var preview = server.client().get(path(run, "/move"));
		out().printf("%s: version %s, newest %s%n", text(preview, "playbook"), text(preview, "from"),
				text(preview, "to"));
		preview.get("changes").forEach((change) -> out().printf("  %s%n", text(change, "what")));
		preview.get("obstacles").forEach((obstacle) -> out().printf("  cannot move now: %s%n", obstacle.asText()));
		return preview.get("obstacles").isEmpty() ? 0 : 1;
	}

	private int steer(Server server, String path, Map<String, ?> body, String done) throws IOException {
		server.client().post(path, body);
		out().println(done);
		return 0;
	}

	private static String path(String run, String rest) {
		return "/runs/" + RunClient.encoded(run) + rest;
	}

	private static String step(String run, String step, String deed) {
		return path(run, "/steps/%s/%s".formatted(RunClient.encoded(step), deed));
	}

	private static String text(JsonNode node, String name) {
		return node.path(name).asText("");
	}

	private static String second(JsonNode node, String name) {
		var text = text(node, name);
		return text.isEmpty() ? "" : Instant.parse(text).truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
	}

	private static String elapsed(JsonNode step) {
		if (!step.hasNonNull("startedAt")) {
			return "";
		}
		var end = step.hasNonNull("endedAt") ? Instant.parse(text(step, "endedAt")) : Instant.now();
		return Duration.between(Instant.parse(text(step, "startedAt")), end).toSeconds() + " s";
	}

	private int print(JsonNode json) throws IOException {
		out().println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json));
		return 0;
	}

	private PrintWriter out() {
		return this.spec.commandLine().getOut();
	}

	private PrintWriter err() {
		return this.spec.commandLine().getErr();
	}

	/** Which Backout, and who asks. */
	static class Server {

		@Option(names = "--server", paramLabel = "URL", defaultValue = "${env:BACKOUT_URL:-http://localhost:8080}",
				description = "Where Backout runs. Default: BACKOUT_URL, else http://localhost:8080.")
		URI url = URI.create("http://localhost:8080");

		@Option(names = "--token", paramLabel = "TOKEN", defaultValue = "${env:BACKOUT_TOKEN}", interactive = true,
				arity = "0..1",
				description = "Who asks; typed unseen without a value. Default: BACKOUT_TOKEN, which no list of processes shows.")
		@Nullable String token;

		RunClient client() {
			Logs.quiet();
			return new RunClient(this.url, this.token);
		}

	}

	/** Why. */
	static class Reason {

		@Option(names = "--reason", required = true, description = "Why; everybody reads it, and the record keeps it.")
		String reason = "";

		Map<String, String> body() {
			return Map.of("reason", this.reason);
		}

	}

	/** To whom. */
	static class Person {

		@Option(names = "--to", paramLabel = "PERSON", required = true, description = "To whom: their id.")
		String person = "";

		Map<String, String> body(Reason reason) {
			return Map.of("person", this.person, "reason", reason.reason);
		}

	}

	/** How it is printed. */
	static class Shape {

		@Option(names = "--format", defaultValue = "text",
				description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
		FingerprintCommand.Format format = FingerprintCommand.Format.TEXT;

		boolean json() {
			return this.format == FingerprintCommand.Format.JSON;
		}

	}

}
