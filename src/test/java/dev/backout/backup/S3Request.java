package dev.backout.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import com.sun.net.httpserver.HttpExchange;
import dev.backout.kernel.Digests;

/** A request whose payload is whole and as its checksum says. */
final class S3Request {

	final HttpExchange exchange;

	final String method;

	final String key;

	final Map<String, String> query = new HashMap<>();

	final byte[] payload;

	final Map<String, String> trailers = new HashMap<>();

	S3Request(HttpExchange exchange) throws IOException {
		this.exchange = exchange;
		this.method = exchange.getRequestMethod();
		var path = exchange.getRequestURI().getPath().substring(1).split("/", 2);
		this.key = (path.length > 1) ? path[1] : "";
		var query = exchange.getRequestURI().getRawQuery();
		if (query != null) {
			for (var part : query.split("&")) {
				var pair = part.split("=", 2);
				this.query.put(pair[0], (pair.length > 1) ? URLDecoder.decode(pair[1], StandardCharsets.UTF_8) : "");
			}
		}
		var body = exchange.getRequestBody().readAllBytes();
		var hash = String.valueOf(exchange.getRequestHeaders().getFirst("x-amz-content-sha256"));
		this.payload = hash.startsWith("STREAMING-") ? chunks(body) : body;
		check(hash);
	}

	private byte[] chunks(byte[] body) {
		var out = new ByteArrayOutputStream();
		int at = 0;
		while (at < body.length) {
			var end = at;
			while (body[end] != '\r') {
				end++;
			}
			var size = Integer.parseInt(new String(body, at, end - at, StandardCharsets.US_ASCII).split(";")[0].strip(),
					16);
			at = end + 2;
			if (size == 0) {
				for (var line : new String(body, at, body.length - at, StandardCharsets.US_ASCII).split("\r\n")) {
					var pair = line.split(":", 2);
					if (pair.length == 2) {
						this.trailers.put(pair[0].strip(), pair[1].strip());
					}
				}
				break;
			}
			out.write(body, at, size);
			at += size + 2;
		}
		return out.toByteArray();
	}

	private void check(String hash) {
		if (this.method.equals("PUT") && this.payload.length > 0) {
			var headers = this.exchange.getRequestHeaders();
			var sum = headers.getFirst("x-amz-checksum-sha256");
			sum = (sum != null) ? sum : this.trailers.get("x-amz-checksum-sha256");
			var crc = headers.getFirst("x-amz-checksum-crc32");
			crc = (crc != null) ? crc : this.trailers.get("x-amz-checksum-crc32");
			var any = sum != null || crc != null || headers.getFirst("Content-MD5") != null;
			if (!any || (sum != null && !sum.equals(LockingS3.sha256(this.payload)))
					|| (crc != null && !crc.equals(LockingS3.crc32(this.payload)))) {
				throw new LockingS3.Refused(400, "BadDigest");
			}
		}
		if (hash.matches("[0-9a-f]{64}") && !hash.equals(Digests.sha256Hex(this.payload))) {
			throw new LockingS3.Refused(400, "XAmzContentSHA256Mismatch");
		}
	}

	byte[] payload() {
		return this.payload;
	}

	String tag(String name) {
		var matcher = Pattern.compile("<%1$s>([^<]*)</%1$s>".formatted(name))
			.matcher(new String(this.payload, StandardCharsets.UTF_8));
		return matcher.find() ? matcher.group(1) : "";
	}

	boolean bypass() {
		return "true".equals(this.exchange.getRequestHeaders().getFirst("x-amz-bypass-governance-retention"));
	}

	void header(String name, String value) {
		this.exchange.getResponseHeaders().set(name, value);
	}

	void send(int status, String text) throws IOException {
		LockingS3.send(this.exchange, status, text);
	}

	void send(int status, byte[] bytes) throws IOException {
		if (this.method.equals("HEAD")) {
			header("Content-Length", String.valueOf(bytes.length));
			this.exchange.sendResponseHeaders(status, -1);
			return;
		}
		this.exchange.sendResponseHeaders(status, (bytes.length == 0) ? -1 : bytes.length);
		if (bytes.length > 0) {
			this.exchange.getResponseBody().write(bytes);
		}
	}

}
