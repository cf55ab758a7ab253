package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.backout.run.RunStep;
import dev.backout.run.RunStep.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DemoProgressTests {

	private static final Instant THREE = Instant.parse("2026-11-22T03:00:00Z");

	private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

	private final DemoProgress progress = new DemoProgress(new PrintStream(this.terminal, true));

	@Test
	void stepThatANodeTakesUpLaterBeginsOnce() {
		show(State.RUNNING, 0, null);
		show(State.RUNNING, 1, null);
		show(State.DONE, 1, 3);
		show(State.DONE, 1, 3);

		assertThat(lines()).containsExactly("  begins    Check the result",
				"  done      Check the result                2.0 s of unknown ");
	}

	@Test
	void stepThatIsDoneAgainIsToldAgain() {
		show(State.DONE, 1, 3);
		show(State.DONE, 4, 5);

		assertThat(lines()).hasSize(2);
	}

	private void show(State state, long startedAt, @Nullable Integer endedAt) {
		this.progress.show(
				List.of(new RunStep("check", "Check the result", "check.run", state, null, THREE.plusSeconds(startedAt),
						(endedAt != null) ? THREE.plusSeconds(endedAt) : null, null, 1, null, null, null, false)),
				THREE.plus(Duration.ofSeconds(9)));
	}

	private List<String> lines() {
		return this.terminal.toString().lines().toList();
	}

}
