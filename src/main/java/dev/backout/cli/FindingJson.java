package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.backout.playbook.Finding;
import dev.backout.playbook.Rule;

/** Findings about playbooks for other programs: our own JSON, and SARIF 2.1.0. */
final class FindingJson {

	private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

	private FindingJson() {
	}

	static void json(List<Finding> findings, PrintWriter out) throws IOException {
		out.println(JSON.writeValueAsString(Map.of("format", 1, "findings", findings)));
	}

	static void sarif(List<Finding> findings, PrintWriter out) throws IOException {
		var rules = Stream.of(Rule.values())
			.map((rule) -> Map.of("id", rule.id(), "shortDescription", Map.of("text", rule.text()), "help",
					Map.of("text", rule.mend())))
			.toList();
		var driver = Map.of("name", "backout playbook lint", "rules", rules);
		out.println(JSON.writeValueAsString(Map.of("$schema", "https://json.schemastore.org/sarif-2.1.0.json",
				"version", "2.1.0", "runs", List.of(Map.of("tool", Map.of("driver", driver), "results",
						findings.stream().map(FindingJson::result).toList())))));
	}

	private static Map<String, Object> result(Finding finding) {
		var place = Map.of("artifactLocation", Map.of("uri", finding.file().replace('\\', '/')), "region",
				Map.of("startLine", Math.max(1, finding.line())));
		return Map.of("ruleId", finding.rule(), "level", (finding.level() == Finding.Level.ERROR) ? "error" : "warning",
				"message", Map.of("text", "%s. %s.".formatted(finding.message(), finding.mend())), "locations",
				List.of(Map.of("physicalLocation", place, "logicalLocations",
						List.of(Map.of("name", finding.element(), "kind", "element")))));
	}

}
