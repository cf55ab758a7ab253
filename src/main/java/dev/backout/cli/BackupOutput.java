package dev.backout.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.backout.backup.Backup;
import dev.backout.backup.BackupFiles;
import picocli.CommandLine.Option;

/** How a command tells what came of it: for people, or as JSON. */
class BackupOutput {

	@Option(names = "--format", defaultValue = "text",
			description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
	FingerprintCommand.Format format = FingerprintCommand.Format.TEXT;

	boolean json() {
		return this.format == FingerprintCommand.Format.JSON;
	}

	/** One outcome: a sentence, or the same as a field. */
	void done(PrintWriter out, String id, String sentence, String field, Object value) {
		if (json()) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", id);
			json.put(field, value);
			print(out, json);
		}
		else {
			out.println(id + " " + sentence);
		}
	}

	void print(PrintWriter out, Object json) {
		try {
			out.println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static Map<String, Object> json(Backup backup, BackupFiles files) {
		var json = new LinkedHashMap<String, Object>();
		json.put("id", backup.id());
		json.put("target", backup.target());
		json.put("takenAt", backup.takenAt().toString());
		json.put("engine", backup.engine());
		json.put("rows", backup.rows());
		json.put("bytes", backup.bytes());
		json.put("schemaDigest", backup.schemaDigest());
		json.put("dataDigest", backup.dataDigest());
		json.put("manifestDigest", backup.manifestDigest());
		if (!backup.whole()) {
			json.put("tables", backup.tables());
		}
		var remarks = files.remarks(backup.id());
		if (!remarks.isEmpty()) {
			json.put("remarks", remarks);
		}
		json.put("retainUntil", files.retainUntil(backup.id()).toString());
		files.held(backup.id()).ifPresent((hold) -> {
			json.put("heldBy", hold.actor());
			json.put("heldSince", hold.since().toString());
			json.put("heldBecause", hold.reason());
		});
		return json;
	}

}
