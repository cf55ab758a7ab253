package dev.backout.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetProof;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.DataLoss;
import dev.backout.migration.Inspection;
import dev.backout.migration.Inverse;
import dev.backout.migration.ProofOutcome;
import dev.backout.migration.Reason;
import dev.backout.migration.Verdict;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** What build servers read has the shape that they ask for, whatever is in a name. */
class ReportFormatTests {

	static final Inspection VERDICTS = new Inspection("db/änderungen & mehr.xml",
			List.of(verdict("db/one two.xml", "1", Verdict.REVERSIBLE, null),
					verdict("db\\win#1?.sql", "<b>\u0001\u001b[31m & \"2\"", Verdict.LOSSY,
							proof(ProofOutcome.DATA_DIFFERS)),
					verdict("db/ümlaut.sql", "3 \ud83d\ude00", Verdict.IRREVERSIBLE, proof(ProofOutcome.SKIPPED)),
					verdict("db/ümlaut.sql", "4", Verdict.REVERSIBLE, proof(ProofOutcome.SKIPPED)),
					verdict("db/ümlaut.sql", "5", Verdict.REVERSIBLE_WITH_STASH, proof(ProofOutcome.IDENTICAL))),
			0);

	static ChangesetVerdict verdict(String file, String id, Verdict verdict, @Nullable ChangesetProof proof) {
		var reasons = (verdict == Verdict.REVERSIBLE) ? List.<Reason>of()
				: List.of(new Reason("drop-column", verdict, true, "Column 'a]]>b' is \u0000 gone < & >"),
						new Reason("note", Verdict.REVERSIBLE, true, "Just a note"));
		return new ChangesetVerdict(new ChangesetId(file, id, "ann"), verdict, Inverse.AUTOMATIC, DataLoss.NONE, "none",
				false, reasons, proof);
	}

	static ChangesetProof proof(ProofOutcome outcome) {
		return new ChangesetProof(outcome, List.of(), "Because of \u0007", 1234, 66, List.of(), List.of(), Map.of(),
				List.of(), Map.of(), null, null, null);
	}

	static InputStream schema(String name) {
		return Objects.requireNonNull(ReportFormatTests.class.getResourceAsStream("/report/" + name));
	}

	static List<String> problems(JsonNode sarif) {
		return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
			.getSchema(schema("sarif.schema.json"))
			.validate(sarif)
			.stream()
			.map(Object::toString)
			.toList();
	}

	@Test
	void sarifIsWhatTheStandardAsksFor() {
		var sarif = VerdictSarif.of(VERDICTS, Verdict.REVERSIBLE_WITH_STASH);

		assertThat(problems(sarif)).isEmpty();
		var rules = sarif.at("/runs/0/tool/driver/rules").findValuesAsText("id");
		var results = sarif.at("/runs/0/results");
		assertThat(rules).doesNotHaveDuplicates().containsAll(results.findValuesAsText("ruleId"));
		assertThat(StreamSupport.stream(results.spliterator(), false)
			.map((result) -> result.at("/locations/0/physicalLocation/artifactLocation/uri").asText())
			.distinct()).containsExactly("db/win%231%3F.sql", "db/%C3%BCmlaut.sql");
		assertThat(results.findValuesAsText("level")).containsExactly("error", "note", "error", "note", "warning",
				"note");
	}

	@Test
	void theShapeCanBeMissed() throws Exception {
		var wrong = JsonMapper.builder()
			.build()
			.readTree(
					"""
							{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
								"tool": {"driver": {"name": "x"}}, "results": [
									{"level": "bad", "message": {"text": "x"}},
									{"message": {}},
									{"message": {"text": "x"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a b"}}}]},
									{"message": {"text": "x"}, "verdict": "LOSSY"}]}]}""");

		assertThat(problems(wrong)).hasSize(4);
	}

	@Test
	void junitIsWhatBuildServersReadAndItsSumsAreRight() throws Exception {
		var out = new ByteArrayOutputStream();
		VerdictJunit.write(VERDICTS, Verdict.REVERSIBLE_WITH_STASH, new PrintStream(out, true, StandardCharsets.UTF_8));

		var xml = out.toByteArray();
		var validator = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
			.newSchema(new StreamSource(schema("junit.xsd")))
			.newValidator();
		assertThatCode(() -> validator.validate(new StreamSource(new ByteArrayInputStream(xml))))
			.as("%s", out.toString(StandardCharsets.UTF_8))
			.doesNotThrowAnyException();
		var suite = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new ByteArrayInputStream(xml))
			.getDocumentElement();
		assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(5)
			.asString()
			.isEqualTo(suite.getAttribute("tests"));
		assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(2)
			.asString()
			.isEqualTo(suite.getAttribute("failures"));
		assertThat(suite.getElementsByTagName("skipped").getLength()).isEqualTo(1)
			.asString()
			.isEqualTo(suite.getAttribute("skipped"));
		assertThat(suite.getAttribute("time")).isEqualTo("5.200");
		assertThat(suite.getAttribute("name")).isEqualTo("db/änderungen & mehr.xml");
		assertThat(out.toString(StandardCharsets.UTF_8)).contains("3 \ud83d\ude00 by ann");
	}

}
