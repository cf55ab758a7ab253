package dev.backout.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code prove} on a changelog of more than 150 changesets that was not written for us:
 * it finishes, and every changeset has an outcome and an explanation.
 */
@Tag("bench")
class PublicChangelogBench {

	static final Path JAR = Path.of("target/changelogs/keycloak-model-jpa.jar");

	@TempDir
	Path directory;

	@Test
	void everyChangesetHasAnExplainedOutcome() throws Exception {
		var out = this.directory.resolve("out.json");
		var start = System.nanoTime();

		var code = Cli.run(Object.class, "prove", JAR + "!/META-INF/jpa-changelog-master.xml", "--format", "json",
				"--output", out.toString());

		var millis = (System.nanoTime() - start) / 1_000_000;
		var mapper = JsonMapper.builder().build();
		var verdicts = mapper.readTree(out.toFile());
		var outcomes = new TreeMap<String, Integer>();
		for (var verdict : verdicts) {
			outcomes.merge(verdict.at("/proof/outcome").asText(), 1, Integer::sum);
			assertThat(verdict.get("verdict").asText().equals("REVERSIBLE") || !verdict.get("reasons").isEmpty())
				.as("%s", verdict)
				.isTrue();
		}
		Files.createDirectories(Path.of("target/bench"));
		mapper.writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/prove-public.json").toFile(),
					Map.of("changelog", "keycloak-model-jpa 26.5.0", "changesets", verdicts.size(), "millis", millis,
							"outcomes", outcomes));
		assertThat(verdicts.size()).isGreaterThan(150);
		assertThat(code).isEqualTo(1);
	}

}
