package dev.backout.playbook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

	/** In words of their own: spans, for one, are read by two libraries. */
	@Test
	void bothRefuseTheSameElementByTheSameRule() throws Exception {
		need(Files.isDirectory(FRONTEND.resolve("node_modules/saxen")),
				"The browser's rules need the bundled pages: run Maven without -Dfrontend.skip");
		var mutations = mutations();
		var browser = inTheBrowsersWords(List.copyOf(mutations.keySet()));

		mutations.forEach((file, mutation) -> {
			var gate = PlaybookLintTests.LINT.errors(new PlaybookFile(file, mutation.playbook()));
			var theirs = new TreeSet<String>();
			browser.get(file).forEach((finding) -> {
				if (finding.at("/level").asText().equals("ERROR")) {
					theirs.add(finding.at("/rule").asText() + " " + finding.at("/element").asText());
				}
			});
			if (theirs.equals(Set.of("PB001 (document)"))) {
				// The browser's parser is the stricter one with names in other alphabets.
				assertThat(gate).as(mutation.name()).isNotEmpty();
				return;
			}
			assertThat(theirs).as(mutation.name())
				.isEqualTo(gate.stream()
					.map((finding) -> finding.rule() + " " + finding.element())
					.collect(Collectors.toCollection(TreeSet::new)));
		});
	}

	/** Of the public schema, and it refuses what is none of it. */
	@Test
	void elementTemplatesFollowTheirSchema() throws Exception {
		need(Files.isDirectory(FRONTEND.resolve("node_modules/@bpmn-io/element-templates-validator")),
				"The schema comes with the bundled pages' tools: run Maven without -Dfrontend.skip");
		var templates = Files.readString(Path.of(ElementTemplates.FILE));
		assertThat(templates).contains("dev.backout.migration.revert");
		var broken = this.directory.resolve("broken.json");
		Files.writeString(broken, templates.replace("camunda:inputParameter", "camunda:executionListener"));

		assertThat(run("check-templates.mjs", List.of(ElementTemplates.FILE))).isEmpty();
		assertThat(run("check-templates.mjs", List.of(broken.toString()))).isNotEmpty();
	}

	private Map<String, HostileMutations.Mutation> mutations() throws IOException {
		var files = new LinkedHashMap<String, HostileMutations.Mutation>();
		for (var mutation : HostileMutations.all()) {
			var file = this.directory.resolve("mutation-%d.bpmn".formatted(files.size()));
			Files.write(file, mutation.playbook());
			files.put(file.toString(), mutation);
		}
		return files;
	}

	private JsonNode inTheBrowsersWords(List<String> files) throws IOException, InterruptedException {
		var json = new ObjectMapper();
		var book = this.directory.resolve("book.json");
		json.writeValue(book.toFile(), PlaybookLintTests.LINT.book());
		var arguments = new ArrayList<>(List.of(book.toString()));
		arguments.addAll(files);
		return run("lint-all.mjs", arguments);
	}

	private JsonNode run(String script, List<String> arguments) throws IOException, InterruptedException {
		var command = new ArrayList<>(List.of("node", FRONTEND.resolve("test").resolve(script).toString()));
		command.addAll(arguments);
		var output = this.directory.resolve("findings.json").toFile();
		var errors = this.directory.resolve("errors.txt").toFile();
		var process = new ProcessBuilder(command).redirectOutput(output).redirectError(errors).start();
		assertThat(process.waitFor()).as(() -> read(errors)).isZero();
		return new ObjectMapper().readTree(output);
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
