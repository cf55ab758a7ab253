package dev.backout;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Somebody with a browser that has no scripts: a session, pages and forms. */
public final class Visitor {

	private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	private final CookieManager cookies = new CookieManager();

	private final HttpClient client = HttpClient.newBuilder().cookieHandler(this.cookies).build();

	private final int port;

	public Visitor(int port) {
		this.port = port;
	}

	public void logIn(String name, String password) throws Exception {
		var form = "_csrf=%s&username=%s&password=%s".formatted(csrf("/login"), name, password.replace(' ', '+'));
		assertThat(post("/login", "application/x-www-form-urlencoded", BodyPublishers.ofString(form), -1).headers()
			.firstValue("Location")).hasValueSatisfying((to) -> assertThat(to).doesNotContain("login"));
	}

	public String csrf(String path) throws Exception {
		var matcher = TOKEN.matcher(get(path).body());
		assertThat(matcher.find()).isTrue();
		return matcher.group(1);
	}

	public String session() {
		return this.cookies.getCookieStore()
			.getCookies()
			.stream()
			.filter((cookie) -> cookie.getName().equals("backout"))
			.findFirst()
			.orElseThrow()
			.getValue();
	}

	public HttpResponse<String> get(String path) throws Exception {
		return this.client.send(request(path).GET().build(), BodyHandlers.ofString());
	}

	/** As a machine with a token, which has no session. */
	public HttpResponse<String> machine(String method, String path, String token) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(this.port, path)))
				.method(method, BodyPublishers.noBody())
				.header("Authorization", "Bearer " + token)
				.build(), BodyHandlers.ofString());
	}

	public HttpResponse<String> post(String path, String type, BodyPublisher body, long length) throws Exception {
		var sized = (length < 0) ? body : BodyPublishers.fromPublisher(body, length);
		return this.client.send(request(path).header("Content-Type", type).POST(sized).build(),
				BodyHandlers.ofString());
	}

	public HttpResponse<String> upload(String path, int bytes) throws Exception {
		var head = """
				--x\r
				Content-Disposition: form-data; name="_csrf"\r
				\r
				%s\r
				--x\r
				Content-Disposition: form-data; name="file"; filename="a.bpmn"\r
				\r
				""".formatted(csrf("/playbooks"));
		var text = head + " ".repeat(bytes) + "\r\n--x--\r\n";
		return post(path, "multipart/form-data; boundary=x", BodyPublishers.ofString(text), -1);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(this.port, path)))
			.header("Accept", "text/html, */*;q=0.8");
	}

}
