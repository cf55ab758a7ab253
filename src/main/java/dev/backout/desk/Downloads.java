package dev.backout.desk;

import java.nio.charset.StandardCharsets;

import dev.backout.run.Evidence;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Files that people gave us, handed out so that no browser ever opens one. */
public final class Downloads {

	private Downloads() {
	}

	/** To be saved, whatever it claims to be. */
	public static ResponseEntity<byte[]> of(Evidence.File file) {
		var name = ContentDisposition.attachment()
			.filename(file.attachment().name(), StandardCharsets.UTF_8)
			.build()
			.toString();
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.header(HttpHeaders.CONTENT_DISPOSITION, name)
			.header("X-Content-Type-Options", "nosniff")
			.header("Content-Security-Policy", "default-src 'none'; sandbox")
			.header("Digest", "sha-256=" + file.attachment().sha256())
			.body(file.bytes());
	}

}
