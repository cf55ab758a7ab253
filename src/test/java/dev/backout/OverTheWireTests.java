package dev.backout;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

import dev.backout.people.ApiTokens;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.apache.catalina.Context;
import org.apache.catalina.Session;
import org.apache.catalina.session.StandardSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What only a real server shows: requests that are too large are refused before they are
 * read, and sessions end.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "spring.main.banner-mode=off")
@DirtiesContext
class OverTheWireTests {

	static final int MEGABYTE = 1_000_000;

	static final String RUN = "00000000-0000-0000-0000-000000000001";

	@LocalServerPort
	int port;

	@Autowired
	People people;

	@Autowired
	ApiTokens tokens;

	@Autowired
	ServletWebServerApplicationContext context;

	private String token = "";

	@DynamicPropertySource
	static void ownDatabase(DynamicPropertyRegistry registry) {
		var database = TestDatabase.create();
		registry.add("spring.datasource.url", database::url);
		registry.add("spring.datasource.username", () -> "postgres");
		registry.add("spring.datasource.password", () -> "postgres");
	}

	@BeforeEach
	void aDesigner() {
		if (this.people.find("dana").isEmpty()) {
			this.people.add(new Person("dana", "Dana", "dana@example.org", Set.of(Role.DESIGNER, Role.OPERATOR)),
					"a long passphrase of dana", "system");
		}
		this.token = this.tokens
			.issue("dana", "test", Set.of(Role.DESIGNER, Role.OPERATOR), Duration.ofDays(1), "system")
			.secret();
	}

	/** Not a byte of the body is sent, and the answer is there. */
	@ParameterizedTest
	@CsvSource({ "PUT, /api/v1/playbooks/x/draft?basedOn=0, application/xml, 12",
			"POST, /api/v1/playbooks/lint, application/xml, 12", "POST, /api/v1/playbooks, application/json, 12",
			"POST, /api/v1/runs/" + RUN + "/evidence?name=a&remark=b, application/octet-stream, 14",
			"POST, /api/v1/runs, application/json, 2", "POST, /ofrep/v1/evaluate/flags, application/json, 2" })
	void isRefusedByItsLengthBeforeItIsRead(String method, String path, String type, int megabytes) throws Exception {
		try (var socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout(20_000);
			socket.getOutputStream()
				.write("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
					.formatted(method, path, this.token, type, megabytes * MEGABYTE)
					.getBytes(StandardCharsets.US_ASCII));
			var answer = new StringBuilder();
			while (answer.indexOf("\r\n\r\n") < 0) {
				answer.append((char) socket.getInputStream().read());
			}

			assertThat(answer.toString()).startsWith("HTTP/1.1 413").contains("application/problem+json");
		}
	}

	@ParameterizedTest
	@CsvSource({ "PUT, /api/v1/playbooks/x/draft?basedOn=0, application/xml, 12",
			"POST, /api/v1/playbooks, application/json, 2" })
	void isRefusedAfterAsMuchAsItMayHaveWhenItDoesNotSayHowLongItIs(String method, String path, String type,
			int megabytes) throws Exception {
		var sent = new Blanks((long) megabytes * MEGABYTE);

		var answer = machine(method, path, type, BodyPublishers.ofInputStream(() -> sent));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
		assertThat(answer.body()).contains("\"code\":\"input.too-large\"").contains("bytes");
	}

	@Test
	void whatFitsIsReadAndRefusedForWhatItIs() throws Exception {
		var answer = machine("PUT", "/api/v1/playbooks/x/draft?basedOn=0", "application/xml",
				BodyPublishers.ofString("<x/>" + " ".repeat(MEGABYTE)));

		assertThat(answer.statusCode()).isEqualTo(409);
		assertThat(answer.body()).contains("PB010");
	}

	@Test
	void pagesSayWhatIsTooLarge() throws Exception {
		var browser = new Visitor(this.port);
		browser.logIn("dana", "a long passphrase of dana");

		var letter = browser.post("/playbooks/new", "application/x-www-form-urlencoded",
				BodyPublishers.ofInputStream(() -> new Blanks(2L * MEGABYTE)), 2L * MEGABYTE);
		var file = browser.upload("/runs/" + RUN + "/evidence", 14 * MEGABYTE);
		var playbook = browser.upload("/playbooks/x/upload?basedOn=0", 3 * MEGABYTE);

		assertThat(letter.statusCode()).isEqualTo(413);
		assertThat(letter.body()).contains("That is too large").contains("a text 1 MB");
		assertThat(file.statusCode()).isEqualTo(413);
		assertThat(file.body()).contains("That is too large");
		assertThat(playbook.statusCode()).as(playbook.body()).isEqualTo(413);
		assertThat(playbook.body()).contains("a playbook has at most 2,000,000");
	}

	@Test
	void aSessionThatIsIdleForTooLongIsOver() throws Exception {
		var browser = new Visitor(this.port);
		browser.logIn("dana", "a long passphrase of dana");
		assertThat(browser.get("/playbooks").statusCode()).isEqualTo(200);
		var session = session(browser.session());
		assertThat(Duration.ofSeconds(session.getMaxInactiveInterval())).isEqualTo(Duration.ofHours(12));

		isIdleFor(session, Duration.ofHours(11));
		assertThat(browser.get("/playbooks").statusCode()).isEqualTo(200);
		// The server notes the end of a request after its answer, maybe over our own
		// note.
		var late = await().until(() -> {
			isIdleFor(session, Duration.ofHours(13));
			return browser.get("/playbooks");
		}, (answer) -> answer.statusCode() != 200);
		assertThat(late.statusCode()).isEqualTo(302);
		assertThat(late.headers().firstValue("Location")).hasValueSatisfying((to) -> assertThat(to).endsWith("/login"));
		assertThat(manager().findSession(session.getId())).isNull();
	}

	@Test
	void aSessionEndsWithTheLogOut() throws Exception {
		var browser = new Visitor(this.port);
		browser.logIn("dana", "a long passphrase of dana");
		var before = browser.session();
		browser.post("/logout", "application/x-www-form-urlencoded",
				BodyPublishers.ofString("_csrf=" + browser.csrf("/playbooks")), -1);

		assertThat(manager().findSession(before)).isNull();
	}

	private static void isIdleFor(Session session, Duration span) {
		var then = System.currentTimeMillis() - span.toMillis();
		ReflectionTestUtils.setField(session, StandardSession.class, "thisAccessedTime", then, long.class);
		ReflectionTestUtils.setField(session, StandardSession.class, "lastAccessedTime", then, long.class);
	}

	private Session session(String id) throws IOException {
		var session = manager().findSession(id);
		assertThat(session).isNotNull();
		return session;
	}

	private org.apache.catalina.Manager manager() {
		var server = (TomcatWebServer) this.context.getWebServer();
		return ((Context) server.getTomcat().getHost().findChildren()[0]).getManager();
	}

	private HttpResponse<String> machine(String method, String path, String type, BodyPublisher body)
			throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(this.port, path)))
				.method(method, body)
				.header("Authorization", "Bearer " + this.token)
				.header("Content-Type", type)
				.build(), BodyHandlers.ofString());
	}

	/** As many blanks as wanted, made as they are read. */
	private static final class Blanks extends InputStream {

		private long left;

		Blanks(long left) {
			this.left = left;
		}

		@Override
		public int read() {
			return (this.left-- > 0) ? ' ' : -1;
		}

	}

}
