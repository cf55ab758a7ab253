package dev.backout.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.backout.kernel.Digests;

/**
 * An S3 in memory that enforces Object Lock over real HTTP: versions, governance,
 * compliance, legal hold, uploads in parts, {@code If-None-Match}. Requests without a
 * signature are refused, and payloads whose checksum does not fit.
 */
public final class LockingS3 implements AutoCloseable {

	private static final int SMALLEST_PART = 5 << 20;

	private final HttpServer server;

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	/** Versions of each key, newest first. */
	final Map<String, Deque<Version>> keys = new TreeMap<>();

	private final Map<String, Upload> uploads = new HashMap<>();

	/** Whether the bucket was made with object lock. */
	boolean locks = true;

	Instant now = Instant.now();

	/** The connection is cut when this many requests were answered; never if negative. */
	int cutAfter = -1;

	int requests;

	/** One version of an object. */
	static final class Version {

		final String id = UUID.randomUUID().toString();

		byte[] bytes = new byte[0];

		boolean marker;

		boolean held;

		String mode = "";

		Instant until = Instant.EPOCH;

		final Map<String, String> metadata = new HashMap<>();

		boolean locked(Instant now, boolean bypass) {
			return this.held || (this.until.isAfter(now) && (this.mode.equals("COMPLIANCE") || !bypass));
		}

	}

	private static final class Upload {

		final String key;

		final Version version = new Version();

		final TreeMap<Integer, byte[]> parts = new TreeMap<>();

		Upload(String key) {
			this.key = key;
		}

	}

	static final class Refused extends RuntimeException {

		final int status;

		Refused(int status, String code) {
			super(code);
			this.status = status;
		}

	}

	public LockingS3() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	public URI endpoint() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	int uploadsUnderWay() {
		return this.uploads.size();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private synchronized void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (this.cutAfter >= 0 && this.requests >= this.cutAfter) {
				// Nothing is answered: the client finds the connection closed.
				exchange.getRequestBody().readNBytes(100);
				return;
			}
			this.requests++;
			try {
				var request = new S3Request(exchange);
				demandSignature(exchange);
				answer(request);
			}
			catch (Refused ex) {
				send(exchange, ex.status,
						"<Error><Code>%1$s</Code><Message>%1$s</Message></Error>".formatted(ex.getMessage()));
			}
			catch (RuntimeException ex) {
				ex.printStackTrace();
				send(exchange, 500, "<Error><Code>InternalError</Code></Error>");
			}
		}
	}

	private static void demandSignature(HttpExchange exchange) {
		var authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
		if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=") || !authorization.contains("Signature=")) {
			throw new Refused(403, "AccessDenied");
		}
	}

	private void answer(S3Request request) throws IOException {
		if (request.key.isEmpty()) {
			bucket(request);
		}
		else if (request.query.containsKey("uploads") || request.query.containsKey("uploadId")) {
			parts(request);
		}
		else if (request.query.containsKey("retention")) {
			retention(request);
		}
		else if (request.query.containsKey("legal-hold")) {
			version(request).held = "ON".equals(request.tag("Status"));
			request.send(200, "");
		}
		else {
			object(request);
		}
	}

	private void bucket(S3Request request) throws IOException {
		if (request.query.containsKey("object-lock")) {
			if (!this.locks) {
				throw new Refused(404, "ObjectLockConfigurationNotFoundError");
			}
			request.send(200,
					"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>");
		}
		else if (request.query.containsKey("versions")) {
			listVersions(request);
		}
		else if (request.query.containsKey("uploads")) {
			var list = new StringBuilder("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>");
			this.uploads.forEach((id, upload) -> {
				if (upload.key.startsWith(request.query.getOrDefault("prefix", ""))) {
					list.append("<Upload><Key>%s</Key><UploadId>%s</UploadId></Upload>".formatted(upload.key, id));
				}
			});
			request.send(200, list + "</ListMultipartUploadsResult>");
		}
		else {
			throw new Refused(501, "NotImplemented");
		}
	}

	/** Two a page, so that whoever reads only the first is found out. */
	private void listVersions(S3Request request) throws IOException {
		var after = request.query.getOrDefault("key-marker", "");
		var list = new StringBuilder();
		var last = "";
		int count = 0;
		var more = false;
		for (var entry : this.keys.entrySet()) {
			if (!entry.getKey().startsWith(request.query.getOrDefault("prefix", ""))
					|| entry.getKey().compareTo(after) <= 0 || entry.getValue().isEmpty()) {
				continue;
			}
			if (count == 2) {
				more = true;
				break;
			}
			for (var version : entry.getValue()) {
				list.append(version.marker ? "<DeleteMarker>" : "<Version>")
					.append("<Key>%s</Key><VersionId>%s</VersionId>".formatted(entry.getKey(), version.id))
					.append(version.marker ? "</DeleteMarker>"
							: "<Size>%d</Size></Version>".formatted(version.bytes.length));
			}
			last = entry.getKey();
			count++;
		}
		request.send(200, "<ListVersionsResult><IsTruncated>%s</IsTruncated>%s%s</ListVersionsResult>".formatted(more,
				more ? "<NextKeyMarker>%s</NextKeyMarker><NextVersionIdMarker>x</NextVersionIdMarker>".formatted(last)
						: "",
				list));
	}

	private void parts(S3Request request) throws IOException {
		var id = request.query.get("uploadId");
		if (id == null) {
			var upload = new Upload(request.key);
			lock(upload.version, request);
			var fresh = UUID.randomUUID().toString();
			this.uploads.put(fresh, upload);
			request.send(200, "<InitiateMultipartUploadResult><UploadId>%s</UploadId></InitiateMultipartUploadResult>"
				.formatted(fresh));
			return;
		}
		var upload = this.uploads.get(id);
		if (upload == null) {
			throw new Refused(404, "NoSuchUpload");
		}
		switch (request.method) {
			case "PUT" -> {
				upload.parts.put(Integer.valueOf(request.query.get("partNumber")), request.payload());
				request.header("ETag", "\"" + Digests.sha256Hex(request.payload()).substring(0, 32) + "\"");
				request.header("x-amz-checksum-sha256", sha256(request.payload()));
				request.send(200, "");
			}
			case "DELETE" -> {
				this.uploads.remove(id);
				request.send(204, "");
			}
			default -> complete(request, id, upload);
		}
	}

	private void complete(S3Request request, String id, Upload upload) throws IOException {
		refuseWhereThereIsOne(request);
		var all = new ByteArrayOutputStream();
		var sizes = new ArrayList<Integer>();
		for (var part : upload.parts.values()) {
			sizes.add(part.length);
			all.write(part);
		}
		if (sizes.subList(0, sizes.size() - 1).stream().anyMatch((size) -> size < SMALLEST_PART)) {
			throw new Refused(400, "EntityTooSmall");
		}
		upload.version.bytes = all.toByteArray();
		this.uploads.remove(id);
		versions(request.key).addFirst(upload.version);
		request.header("x-amz-version-id", upload.version.id);
		request.send(200, "<CompleteMultipartUploadResult><ETag>&quot;x-%d&quot;</ETag></CompleteMultipartUploadResult>"
			.formatted(sizes.size()));
	}

	private void retention(S3Request request) throws IOException {
		var version = version(request);
		var until = Instant.parse(request.tag("RetainUntilDate"));
		var shorter = until.isBefore(version.until)
				|| (version.mode.equals("COMPLIANCE") && !request.tag("Mode").equals("COMPLIANCE"));
		if (version.until.isAfter(this.now) && shorter && (version.mode.equals("COMPLIANCE") || !request.bypass())) {
			throw new Refused(403, "AccessDenied");
		}
		version.mode = request.tag("Mode");
		version.until = until;
		request.send(200, "");
	}

	private void object(S3Request request) throws IOException {
		switch (request.method) {
			case "PUT" -> {
				refuseWhereThereIsOne(request);
				var version = new Version();
				version.bytes = request.payload();
				lock(version, request);
				versions(request.key).addFirst(version);
				request.header("ETag", "\"x\"");
				request.header("x-amz-version-id", version.id);
				request.send(200, "");
			}
			case "HEAD", "GET" -> {
				var version = version(request);
				request.header("ETag", "\"x\"");
				request.header("x-amz-version-id", version.id);
				version.metadata.forEach(request::header);
				if (!version.mode.isEmpty()) {
					request.header("x-amz-object-lock-mode", version.mode);
					request.header("x-amz-object-lock-retain-until-date", version.until.toString());
				}
				request.send(200, version.bytes);
			}
			case "DELETE" -> delete(request);
			default -> throw new Refused(501, "NotImplemented");
		}
	}

	private void delete(S3Request request) throws IOException {
		var id = request.query.get("versionId");
		if (id == null) {
			var marker = new Version();
			marker.marker = true;
			versions(request.key).addFirst(marker);
			request.header("x-amz-delete-marker", "true");
		}
		else {
			var found = versions(request.key).stream().filter((version) -> version.id.equals(id)).findFirst();
			if (found.isPresent() && found.get().locked(this.now, request.bypass())) {
				throw new Refused(403, "AccessDenied");
			}
			found.ifPresent(versions(request.key)::remove);
		}
		request.send(204, "");
	}

	private void refuseWhereThereIsOne(S3Request request) {
		var newest = versions(request.key).peekFirst();
		if ("*".equals(request.exchange.getRequestHeaders().getFirst("If-None-Match")) && newest != null
				&& !newest.marker) {
			throw new Refused(412, "PreconditionFailed");
		}
	}

	private void lock(Version version, S3Request request) {
		var headers = request.exchange.getRequestHeaders();
		headers.forEach((name, values) -> {
			if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-amz-meta-")) {
				version.metadata.put(name, values.get(0));
			}
		});
		var mode = headers.getFirst("x-amz-object-lock-mode");
		if (mode != null) {
			if (!this.locks) {
				throw new Refused(400, "InvalidRequest");
			}
			version.mode = mode;
			version.until = Instant.parse(headers.getFirst("x-amz-object-lock-retain-until-date"));
		}
	}

	private Deque<Version> versions(String key) {
		return this.keys.computeIfAbsent(key, (name) -> new ArrayDeque<>());
	}

	private Version version(S3Request request) {
		var id = request.query.get("versionId");
		var found = (id == null) ? versions(request.key).stream().findFirst().filter((newest) -> !newest.marker)
				: versions(request.key).stream().filter((one) -> one.id.equals(id) && !one.marker).findFirst();
		return found.orElseThrow(() -> new Refused(404, "NoSuchKey"));
	}

	static String crc32(byte[] bytes) {
		var crc = new java.util.zip.CRC32();
		crc.update(bytes);
		return Base64.getEncoder().encodeToString(java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
	}

	static String sha256(byte[] bytes) {
		return Base64.getEncoder().encodeToString(Digests.sha256().digest(bytes));
	}

	static void send(HttpExchange exchange, int status, String text) throws IOException {
		var bytes = text.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/xml");
		exchange.sendResponseHeaders(status, (bytes.length == 0) ? -1 : bytes.length);
		if (bytes.length > 0) {
			exchange.getResponseBody().write(bytes);
		}
	}

}
