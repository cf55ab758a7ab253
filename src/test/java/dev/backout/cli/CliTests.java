package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

import dev.backout.Backout;
import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.PortInUseException;

import static org.assertj.core.api.Assertions.assertThat;

class CliTests {

	@Test
	void tellsAnUnknownCommandInOneLine() {
		var told = err(() -> assertThat(Cli.run(Backout.class, "servee")).isEqualTo(2));

		assertThat(told).contains("servee").contains("backout --help").hasLineCount(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "serve", "demo" })
	void commandThatTakesAnySettingHasHelpToo(String command) {
		var former = System.out;
		var told = new ByteArrayOutputStream();
		System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
		try {
			assertThat(Cli.run(Backout.class, command, "--help")).isZero();
		}
		finally {
			System.setOut(former);
		}

		assertThat(told.toString(StandardCharsets.UTF_8)).startsWith("Usage: backout " + command);
	}

	@Test
	void tellsTooFewRowsOfTheDemo() {
		var told = err(() -> assertThat(Cli.run(Backout.class, "demo", "--rows", "3")).isEqualTo(2));

		assertThat(told).isEqualToIgnoringWhitespace("--rows must be 400 or more, was 3");
	}

	@Test
	void findsTheSentenceBelowWrappings() {
		var failure = new IllegalStateException("bean", new RuntimeException(new Rejected("a.b", "Do this instead")));

		assertThat(Failures.sentence(failure)).hasValue("Do this instead");
	}

	@Test
	void offersAnotherPort() {
		assertThat(Failures.sentence(new PortInUseException(8080)))
			.hasValue("Port 8080 is in use: stop what listens there, or choose another with --server.port=8081");
	}

	@Test
	void knowsWhyADatabaseDoesNotLetUsIn() {
		assertThat(Failures.sentence(new SQLException("password authentication failed for user \"x\"", "28P01")))
			.hasValueSatisfying((sentence) -> assertThat(sentence).contains("refuses the log-in")
				.contains("spring.datasource.password"));
		assertThat(Failures.sentence(new SQLException("Connection refused", "08001")))
			.hasValueSatisfying((sentence) -> assertThat(sentence).contains("cannot be reached"));
	}

	@Test
	void saysNothingOfAFailureThatItDoesNotKnow() {
		assertThat(Failures.sentence(new NullPointerException("x"))).isEmpty();
	}

	private static String err(Runnable work) {
		var former = System.err;
		var told = new ByteArrayOutputStream();
		System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
		try {
			work.run();
		}
		finally {
			System.setErr(former);
		}
		return told.toString(StandardCharsets.UTF_8);
	}

}
