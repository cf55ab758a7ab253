package dev.backout.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Secrets that are told by their look, and the search for them. */
final class SecretCanaries {

	static final String TARGET_PASSWORD = "canary-target-Zq7wX2pLr9";

	static final String OWN_PASSWORD = "canary-own-Vb3nK8sTy5";

	static final String MAIL_PASSWORD = "canary-mail-Hd6fJ1gMc4";

	static final String S3_KEY = "CANARYS3KEYWT5RU2EP";

	static final String S3_SECRET = "canary-s3-Nx9aQ7vBz3";

	static final String LOG_IN = "canary-log-in-Ko4iU8yTe6";

	/** 32 bytes in base64. */
	static final String ENCRYPTION_KEY = java.util.Base64.getEncoder()
		.encodeToString("canary-key-Rf5tG7yH9uJ1iK3oL5pZ7".getBytes(StandardCharsets.US_ASCII));

	private final Map<String, String> secrets = new LinkedHashMap<>();

	private final Set<String> found = new TreeSet<>();

	SecretCanaries() {
		this.secrets.put("password of the target", TARGET_PASSWORD);
		this.secrets.put("password of our database", OWN_PASSWORD);
		this.secrets.put("password of the mail server", MAIL_PASSWORD);
		this.secrets.put("key of the second store", S3_KEY);
		this.secrets.put("secret of the second store", S3_SECRET);
		this.secrets.put("password of a person", LOG_IN);
		this.secrets.put("key of the backups", ENCRYPTION_KEY);
	}

	void know(String what, String secret) {
		this.secrets.put(what, secret);
	}

	Set<String> found() {
		return this.found;
	}

	void lookIn(String where, String text) {
		this.secrets.forEach((what, secret) -> {
			if (text.contains(secret)) {
				this.found.add("%s in %s".formatted(what, where));
			}
		});
	}

	/** Every row of every table, ours and the engine's, also what is kept as bytes. */
	int lookInTables(JdbcClient jdbc) {
		var tables = jdbc.sql("""
				select format('%I.%I', schemaname, tablename) from pg_tables
				where schemaname not in ('pg_catalog', 'information_schema')""").query(String.class).list();
		for (var table : tables) {
			this.secrets.forEach((what, secret) -> {
				var there = jdbc
					.sql("select count(*) from %s as t where t::text like :text or t::text like :bytes"
						.formatted(table))
					.param("text", "%" + secret + "%")
					.param("bytes", "%" + HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8)) + "%")
					.query(Long.class)
					.single();
				if (there > 0) {
					this.found.add("%s in table %s".formatted(what, table));
				}
			});
		}
		return tables.size();
	}

	/** Every file below a directory, byte by byte. */
	int lookInFiles(Path directory) throws IOException {
		try (var files = Files.walk(directory)) {
			var all = files.filter(Files::isRegularFile).toList();
			all.forEach((file) -> lookIn("file " + directory.relativize(file), read(file)));
			return all.size();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
