package dev.backout.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookRefused;
import org.camunda.bpm.engine.RepositoryService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Nothing in a playbook runs code or reaches what it must not. */
@EngineSlice
class HostilePlaybookTests {

	static final Pattern EXPECTED = Pattern.compile("expect: (PB\\d+) ?(\\S*) -->");

	@Autowired
	PlaybookLint lint;

	@Autowired
	RepositoryService repository;

	static Stream<Path> files() throws IOException {
		return Files.list(Path.of("src/test/resources/hostile")).sorted();
	}

	@Test
	void thereAreMany() throws IOException {
		assertThat(files()).hasSizeGreaterThan(160);
	}

	@ParameterizedTest
	@MethodSource("files")
	void isRefusedWithTheElementNamed(Path file) throws IOException {
		var content = Files.readAllBytes(file);
		var expected = EXPECTED.matcher(new String(content, StandardCharsets.UTF_8));
		assertThat(expected.find()).as("says what it expects").isTrue();

		var errors = this.lint.errors(new PlaybookFile(file.getFileName().toString(), content));

		assertThat(errors).anySatisfy((finding) -> {
			assertThat(finding.rule()).isEqualTo(expected.group(1));
			if (!expected.group(2).isEmpty()) {
				assertThat(finding.element()).isEqualTo(expected.group(2));
			}
			assertThat(finding.mend()).isNotBlank();
		});
	}

	@ParameterizedTest
	@MethodSource("files")
	void isRefusedByTheEngineItself(Path file) throws IOException {
		var before = this.repository.createDeploymentQuery().count();
		var deployment = this.repository.createDeployment()
			.addInputStream(file.getFileName().toString(), Files.newInputStream(file));

		assertThatExceptionOfType(PlaybookRefused.class).isThrownBy(deployment::deploy);
		assertThat(this.repository.createDeploymentQuery().count()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x.dmn", "x.cmmn", "x.groovy", "x.js", "x.html", "x.form", "x.bpmn20.xml" })
	void otherFilesAreRefused(String name) {
		var deployment = this.repository.createDeployment().addString(name, "x");

		assertThatExceptionOfType(PlaybookRefused.class).isThrownBy(deployment::deploy);
	}

	@Test
	void shippedPlaybooksPass() throws IOException {
		try (var files = Files.list(Path.of("bpmn"))) {
			assertThat(files.filter((file) -> file.toString().endsWith(".bpmn"))).isNotEmpty()
				.allSatisfy((file) -> assertThat(
						this.lint.errors(new PlaybookFile(file.getFileName().toString(), Files.readAllBytes(file))))
					.isEmpty());
		}
	}

}
