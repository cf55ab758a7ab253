package dev.backout.playbook;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class ExpressionsTests {

	@ParameterizedTest
	@ValueSource(strings = { "plain", "${a}", "${a == 'x'}", "R5/${patience}", "${after(patience)}", "${now()}",
			"${empty a or not b}", "${a == 'x' ? '' : b}", "${(a == 'x') && !(b != \"y\")}", "${a < 3 and b >= 2}",
			"${a == null}", "x ${a} y ${b}", "${a == '}'}" })
	void acceptsTheLanguage(String text) {
		assertThat(Expressions.refusal(text)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "#{a}", "${a.b}", "${a['b']}", "${a.b()}", "${''.getClass()}", "${execution}", "${task}",
			"${f(1)}", "${after()}", "${after(a, b)}", "${a b}", "${a ==}", "${}", "${a", "\\${a}", "${a + b}",
			"${a = 1}", "${a; b}", "${fn:f(a)}", "${[1]}", "${{1:2}}", "${a -> b}", "${'a\\'b'}", "${instanceof}",
			"${1e9}", "${a ? b}", "${T(java.lang.Runtime)}", "${a}${execution}" })
	void refusesEverythingElse(String text) {
		assertThat(Expressions.refusal(text)).isPresent();
	}

	@Test
	void refusesWhatIsTooLongOrTooDeep() {
		assertThat(Expressions.refusal("${" + "(".repeat(30) + "a" + ")".repeat(30) + "}")).isPresent();
		assertThat(Expressions.refusal("${a == '" + "x".repeat(600) + "'}")).isPresent();
	}

	@Test
	void tellsWhatIsRead() {
		assertThat(Expressions.variables("R3/${a} ${b == 'c' ? d : now()}")).containsExactly("a", "b", "d");
	}

	/** Half of them made of what the language is made of. */
	@Test
	void whateverIsWrittenIsTakenOrRefusedInBoundedTime() {
		var random = new Random(20261123);
		var pieces = List.of("${", "#{", "}", "(", ")", "'", "\"", "\\", "?", ":", ",", "!", "&&", "||", "==", " eq ",
				"a", "not ", "empty ", "now", "after", ".", "[", "]", "\u0000", "\ud83d", "\u202e", "true", "null", "9",
				" ", "getClass", "=", "->", ";", "{", "\n");
		assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
			for (int number = 0; number < 50_000; number++) {
				var text = new StringBuilder(random.nextBoolean() ? "${" : "");
				for (int length = random.nextInt(60); length > 0; length--) {
					text.append(random.nextInt(4) > 0 ? pieces.get(random.nextInt(pieces.size()))
							: Character.toString(random.nextInt(0xd800)));
				}
				var refusal = Expressions.refusal(text.toString());
				if (refusal.isEmpty()) {
					assertThat(text.toString().replaceAll("'[^']*'|\"[^\"]*\"", "").replaceAll("^[^$]*|}[^$]*", ""))
						.doesNotContain(".", "[", "getClass(", "#{");
				}
			}
			for (var endless : List.of("${" + "(".repeat(1_000_000), "${".repeat(500_000), "${" + "!".repeat(1_000_000),
					"${'" + "a".repeat(1_000_000), "${a" + "?a:a".repeat(250_000) + "}")) {
				assertThat(Expressions.refusal(endless)).isPresent();
			}
		});
	}

}
