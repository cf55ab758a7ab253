package dev.backout.playbook;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

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

}
