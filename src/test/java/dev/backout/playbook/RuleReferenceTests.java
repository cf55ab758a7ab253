package dev.backout.playbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The reference page of the rules is made from the rules. */
class RuleReferenceTests {

	static final Path PAGE = Path.of("docs/reference/playbook-rules.md");

	@Test
	void listsEveryRule() throws IOException {
		if (Boolean.getBoolean("backout.write-reference")) {
			Files.writeString(PAGE, page());
		}

		assertThat(PAGE).content().isEqualTo(page());
	}

	private static String page() {
		var page = new StringBuilder("""
				# Rules for playbooks

				The rules hold wherever a playbook comes from: `backout playbook lint FILE...` tells them early, the
				engine's own deployment refuses a playbook that breaks one, and a run is not started on a version that
				breaks one of today's. A finding names the element, the line, the rule and the mend. Ids never change.

				`PB0xx` keep code out: whatever is not on the list of elements, attributes and values is refused.
				`PB1xx` are house rules. PB105, PB120 and unknown input names (PB103) are warnings, all others errors.

				| rule | what holds | mend |
				| --- | --- | --- |
				""");
		Stream.of(Rule.values())
			.forEach((rule) -> page.append("| %s | %s | %s |\n".formatted(rule.id(), rule.text(), rule.mend())));
		page.append(
				"""

						## The expression language

						Conditions, input parameters and due dates may hold expressions `${...}` of this language and no other:

						- variables of the run: what it is given at its start, what steps give, what people answer;
						- texts in quotes without backslashes, whole numbers, `true`, `false`, `null`;
						- `==` `!=` `<` `>` `<=` `>=` (or `eq` `ne` `lt` `gt` `le` `ge`), `&&` `||` `!` (or `and` `or` `not`), `empty`;
						- `condition ? a : b` and parentheses;
						- `now()`, and `after(span)` for a moment from now, where a span reads `PT15M`.

						There are no properties, no indexes, no methods, no beans and no arithmetic. Every variable that a
						playbook's steps and tasks may give exists from the start of a run, and is empty until it is given.
						A timer holds a span, a cycle with a bound such as `R3/PT15M`, or one variable in place of the span.

						## What a run is given

						`runId`, `kind`, `release`, `target`, `requester`, `severity`, `reason`, `planDigest`, and the patience of
						`backout.escalation.*` as `approvalPatience`, `decisionPatience` and `messagePatience`. The engine sets
						`approvedDigest` when an approval is given. No playbook can set these.
						""");
		return page.toString();
	}

}
