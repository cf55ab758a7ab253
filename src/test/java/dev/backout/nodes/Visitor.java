package dev.backout.nodes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Somebody with a browser, whose page listens to a node. */
final class Visitor {

	private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	final List<Instant> changes = new CopyOnWriteArrayList<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	private Visitor() {
	}

	/** Logs in and opens a page that stays live. */
	static Visitor of(Node node, String person) throws Exception {
		var http = HttpClient.newBuilder()
			.cookieHandler(new CookieManager())
			.followRedirects(HttpClient.Redirect.NORMAL)
			.build();
		var root = "http://127.0.0.1:" + node.port;
		var page = http.send(HttpRequest.newBuilder(URI.create(root + "/login")).build(), BodyHandlers.ofString())
			.body();
		var csrf = CSRF.matcher(page);
		if (!csrf.find()) {
			throw new IllegalStateException(page);
		}
		var form = "username=%s&password=%s-demo&_csrf=%s".formatted(person, person,
				URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8));
		http.send(HttpRequest.newBuilder(URI.create(root + "/login"))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build(), BodyHandlers.discarding());
		var stream = http.send(
				HttpRequest.newBuilder(URI.create(root + "/desk/events")).header("Accept", "text/event-stream").build(),
				BodyHandlers.ofInputStream());
		if (stream.statusCode() != 200) {
			throw new IllegalStateException("The stream answers " + stream.statusCode());
		}
		var visitor = new Visitor();
		var reader = new Thread(() -> visitor.read(new BufferedReader(new InputStreamReader(stream.body()))));
		reader.setDaemon(true);
		reader.start();
		return visitor;
	}

	private void read(BufferedReader lines) {
		try {
			String line;
			while ((line = lines.readLine()) != null) {
				if (line.equals("event:changed")) {
					this.changes.add(Instant.now());
				}
			}
		}
		catch (IOException ex) {
			// The node was killed.
		}
		this.ended.countDown();
	}

	boolean streamEnds() throws InterruptedException {
		return this.ended.await(30, TimeUnit.SECONDS);
	}

}
