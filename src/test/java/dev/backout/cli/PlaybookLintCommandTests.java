package dev.backout.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class PlaybookLintCommandTests {

	static final String BAD = "src/test/resources/hostile/unapproved-revert.bpmn";

	final StringWriter out = new StringWriter();

	@Test
	void shippedPlaybooksAreClean() {
		assertThat(lint("bpmn")).isZero();
		assertThat(this.out.toString()).contains("0 errors, 0 warnings");
	}

	@Test
	void errorsAreToldWithLineRuleAndMend() {
		assertThat(lint(BAD)).isEqualTo(1);
		assertThat(this.out.toString()).contains(BAD + ":5 error PB111 [x]",
				"Put backup.verify and an approval of the sealed plan before it");
	}

	@Test
	void otherProgramsReadJson() throws Exception {
		assertThat(lint("--format", "json", BAD)).isEqualTo(1);

		assertThat(read().at("/format").asInt()).isEqualTo(1);
		assertThat(read().at("/findings")).anySatisfy((finding) -> {
			assertThat(finding.at("/rule").asText()).isEqualTo("PB111");
			assertThat(finding.at("/element").asText()).isEqualTo("x");
			assertThat(finding.at("/line").asInt()).isEqualTo(5);
		});
	}

	@Test
	void codeHostsReadSarif() throws Exception {
		assertThat(lint("--format", "sarif", BAD)).isEqualTo(1);

		assertThat(read().at("/version").asText()).isEqualTo("2.1.0");
		assertThat(read().at("/runs/0/results")).anySatisfy((result) -> {
			assertThat(result.at("/ruleId").asText()).isEqualTo("PB111");
			assertThat(result.at("/locations/0/physicalLocation/region/startLine").asInt()).isEqualTo(5);
		});
	}

	@Test
	void emptyFileIsAnErrorAndNotACrash(@TempDir Path directory) throws Exception {
		var file = Files.writeString(directory.resolve("empty.bpmn"), "");

		assertThat(lint(file.toString())).isEqualTo(1);
		assertThat(this.out.toString()).contains("PB001");
	}

	private int lint(String... arguments) {
		return new CommandLine(new PlaybookLintCommand()).setOut(new PrintWriter(this.out)).execute(arguments);
	}

	private JsonNode read() throws Exception {
		return new ObjectMapper().readTree(this.out.toString());
	}

}
