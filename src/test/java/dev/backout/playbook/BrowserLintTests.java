package dev.backout.playbook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The browser's rules find what the gate finds: every playbook of the tests goes through
 * both, and rule, element, level and words are compared.
 */
class BrowserLintTests {

	static final Path FRONTEND = Path.of("src/main/frontend");

	@TempDir
	Path directory;

	@Test
	void bothFindTheSame() throws Exception {
		need(Files.isDirectory(FRONTEND.resolve("node_modules/saxen")),
				"The browser's rules need the bundled pages: run Maven without -Dfrontend.skip");
		var files = Stream.of("src/test/resources/hostile", "src/test/resources/harmless", "bpmn")
			.flatMap(BrowserLintTests::playbooks)
			.map(Path::toString)
			.toList();
		assertThat(files).hasSizeGreaterThan(170);

		var browser = inTheBrowsersWords(files);

		for (var file : files) {
			var gate = PlaybookLintTests.LINT.check(new PlaybookFile(file, Files.readAllBytes(Path.of(file))));
			assertThat(said(browser.get(file))).as(file)
				.containsExactlyInAnyOrderElementsOf(gate.stream().map(BrowserLintTests::said).toList());
		}
	}

	private JsonNode inTheBrowsersWords(List<String> files) throws IOException, InterruptedException {
		var json = new ObjectMapper();
		var book = this.directory.resolve("book.json");
		json.writeValue(book.toFile(), PlaybookLintTests.LINT.book());
		var command = new ArrayList<>(
				List.of("node", FRONTEND.resolve("test/lint-all.mjs").toString(), book.toString()));
		command.addAll(files);
		var output = this.directory.resolve("findings.json").toFile();
		var errors = this.directory.resolve("errors.txt").toFile();
		var process = new ProcessBuilder(command).redirectOutput(output).redirectError(errors).start();
		assertThat(process.waitFor()).as(() -> read(errors)).isZero();
		return json.readTree(output);
	}

	private static String read(File file) {
		try {
			return Files.readString(file.toPath());
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static Stream<Path> playbooks(String directory) {
		try (var files = Files.list(Path.of(directory))) {
			return files.filter((file) -> file.toString().endsWith(".bpmn")).sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	// Two parsers tell a broken document in words of their own.
	private static String said(Finding finding) {
		return "%s %s %s %s".formatted(finding.level(), finding.rule(), finding.element(),
				finding.rule().equals("PB001") ? "" : finding.message());
	}

	private static List<String> said(JsonNode findings) {
		var said = new ArrayList<String>();
		findings.forEach((finding) -> said.add("%s %s %s %s".formatted(finding.at("/level").asText(),
				finding.at("/rule").asText(), finding.at("/element").asText(),
				finding.at("/rule").asText().equals("PB001") ? "" : finding.at("/message").asText())));
		return said;
	}

	private static void need(boolean there, String message) {
		if (Boolean.parseBoolean(System.getenv("CI"))) {
			assertThat(there).as(message).isTrue();
		}
		assumeTrue(there, message);
	}

}
