package dev.backout.cli;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspection;
import dev.backout.migration.Reason;
import dev.backout.migration.Verdict;
import org.springframework.web.util.UriUtils;

/** Verdicts as SARIF 2.1.0: a result per reason, and per proof that broke. */
final class VerdictSarif {

	private VerdictSarif() {
	}

	static ObjectNode of(Inspection verdicts, Verdict allowed) {
		var log = JsonNodeFactory.instance.objectNode();
		log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
		log.put("version", "2.1.0");
		var run = log.putArray("runs").addObject();
		var driver = run.putObject("tool").putObject("driver");
		driver.put("name", "backout");
		var rules = new TreeMap<String, Boolean>();
		var results = run.putArray("results");
		for (var verdict : verdicts.changesets()) {
			for (var reason : verdict.reasons()) {
				rules.put(reason.code(), true);
				result(results, verdict, reason, allowed);
			}
		}
		var list = driver.putArray("rules");
		rules.keySet().forEach((rule) -> list.addObject().put("id", rule));
		return log;
	}

	private static void result(ArrayNode results, ChangesetVerdict verdict, Reason reason, Verdict allowed) {
		var changeset = verdict.changeset();
		var result = results.addObject();
		result.put("ruleId", reason.code());
		result.put("level", !reason.verdict().within(allowed) ? "error"
				: (reason.verdict() == Verdict.REVERSIBLE) ? "note" : "warning");
		result.putObject("message")
			.put("text", "Changeset %s by %s: %s".formatted(changeset.id(), changeset.author(), reason.text()));
		var location = result.putArray("locations").addObject();
		location.putObject("physicalLocation").putObject("artifactLocation").put("uri", uri(changeset.file()));
		location.putArray("logicalLocations")
			.addObject()
			.put("name", changeset.id())
			.put("fullyQualifiedName", changeset.toString())
			.put("kind", "changeset");
		result.putObject("partialFingerprints").put("changeset/v1", changeset + "/" + reason.code());
	}

	/** A reference relative to wherever the build server looks from. */
	private static String uri(String file) {
		return UriUtils.encodePath(file.replace('\\', '/'), StandardCharsets.UTF_8);
	}

}
