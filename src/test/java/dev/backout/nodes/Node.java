package dev.backout.nodes;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.awaitility.Awaitility.await;

/**
 * The real application in a process of its own, which can be killed, stopped and frozen.
 */
final class Node implements AutoCloseable {

	static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	final Process process;

	final int port;

	private Node(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/** Starts one; it is not ready yet. */
	static Node start(Place place, Class<?> main, List<String> settings) {
		try (var free = new ServerSocket(0)) {
			var port = free.getLocalPort();
			free.close();
			var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-Xmx768m", "-cp", place.classPath(), main.getName(), "serve",
					"--server.port=" + port,
					"--logging.file.name=" + place.directory.resolve("logs/node-" + port + ".log")));
			command.addAll(place.settings());
			command.addAll(settings);
			var log = place.directory.resolve("node-%d.txt".formatted(port)).toFile();
			return new Node(new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.getPath())))
				.start(), port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Node ready() {
		await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(250)).until(this::healthy);
		return this;
	}

	boolean healthy() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("Node at port %d has ended".formatted(this.port));
		}
		try {
			return send(request("/actuator/health", null).timeout(Duration.ofSeconds(2)).GET().build())
				.statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	HttpResponse<String> get(String path, String token) throws IOException {
		return send(request(path, token).GET().build());
	}

	HttpResponse<String> post(String path, String token, String json) throws IOException {
		return send(request(path, token).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json))
			.build());
	}

	HttpRequest.Builder request(String path, String token) {
		var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(20));
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		return request;
	}

	private static HttpResponse<String> send(HttpRequest request) throws IOException {
		try {
			return HTTP.send(request, BodyHandlers.ofString());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	/** Whether the journal's name of a node is this one's. */
	boolean is(String name) {
		return name.startsWith(this.process.pid() + "@");
	}

	/** SIGKILL. */
	Instant kill() {
		var at = Instant.now();
		this.process.destroyForcibly();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return at;
	}

	/** SIGTERM, and how long the process took to end. */
	Duration stop() {
		var began = System.nanoTime();
		this.process.destroy();
		try {
			if (!this.process.waitFor(2, TimeUnit.MINUTES)) {
				throw new IllegalStateException("Node at port %d does not stop".formatted(this.port));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return Duration.ofNanos(System.nanoTime() - began);
	}

	/** SIGSTOP or SIGCONT. */
	void signal(String name) {
		try {
			new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	boolean alive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
