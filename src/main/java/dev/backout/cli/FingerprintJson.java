package dev.backout.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.kernel.Rejected;

/**
 * A fingerprint as JSON: digests, and all that it takes to say later in what another
 * differs.
 */
final class FingerprintJson {

	private FingerprintJson() {
	}

	/**
	 * @param narrowed whether the rows of some tables were left out
	 */
	static ObjectNode of(Fingerprint fingerprint, boolean narrowed) {
		var json = JsonNodeFactory.instance.objectNode();
		json.put("digest", fingerprint.digest());
		json.put("schema", fingerprint.schema().digest());
		json.put("data", fingerprint.data().digest());
		json.put("narrowed", narrowed);
		var tables = json.putObject("tables");
		fingerprint.data().tables().forEach((name, table) -> tables.put(name, table.toString()));
		var lines = json.putArray("lines");
		fingerprint.schema()
			.lines()
			.forEach((line) -> lines.addArray().add(line.kind()).add(line.object()).add(line.detail()));
		return json;
	}

	/** Reads what {@link #of} wrote. */
	static Read read(Path file) throws IOException {
		try {
			var json = JsonMapper.builder().build().readTree(file.toFile());
			if (!json.path("lines").isArray() || !json.path("tables").isObject()) {
				throw new Rejected("cli.fingerprint",
						"%s is not what 'fingerprint --format json' wrote".formatted(file));
			}
			var lines = new ArrayList<SchemaLine>();
			json.path("lines")
				.forEach((line) -> lines
					.add(new SchemaLine(line.path(0).asText(), line.path(1).asText(), line.path(2).asText())));
			var tables = new TreeMap<String, TableFingerprint>();
			json.path("tables")
				.fields()
				.forEachRemaining(
						(table) -> tables.put(table.getKey(), TableFingerprint.parse(table.getValue().asText())));
			return new Read(new Fingerprint(SchemaFingerprint.of(lines), new DataFingerprint(tables)),
					json.path("narrowed").asBoolean());
		}
		catch (JsonProcessingException | IllegalArgumentException ex) {
			throw new Rejected("cli.fingerprint",
					"%s is not what 'fingerprint --format json' wrote: %s".formatted(file, ex.getMessage()));
		}
	}

	/**
	 * A fingerprint that was kept.
	 *
	 * @param fingerprint what it says
	 * @param narrowed whether it says nothing of the rows of some tables
	 */
	record Read(Fingerprint fingerprint, boolean narrowed) {
	}

}
