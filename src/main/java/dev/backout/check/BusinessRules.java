package dev.backout.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.backout.database.Target;
import org.springframework.stereotype.Component;

/** The business rules of a suite, asked of a copy of the rows; nothing is kept. */
@Component
public class BusinessRules {

	private final Suites suites;

	BusinessRules(Suites suites) {
		this.suites = suites;
	}

	/** The suite that is called like the target, if it has rules. */
	public Optional<String> of(String target) {
		return this.suites.all()
			.stream()
			.filter((suite) -> suite.name().equals(target) && !rules(suite).isEmpty())
			.map(Suite::name)
			.findFirst();
	}

	/**
	 * A sentence for each rule that does not hold, or cannot be asked, by its name.
	 * @param copy where the rows are
	 * @param target that they are a copy of
	 */
	public Map<String, String> broken(String name, Target copy, String target) {
		var suite = this.suites.named(name);
		var rules = new Suite(suite.name(), suite.version(), suite.title(), rules(suite), suite.digest(), suite.text());
		return new Checkup(List.of(new BusinessRuleProbe()), rules, copy, SuiteRequest.of(name, target, null, "system"))
			.run(new Checkup.Listener() {

				@Override
				public void begins(int position, Check check) {
				}

				@Override
				public CheckResult ended(int position, CheckResult result) {
					return result;
				}

			})
			.stream()
			.filter((result) -> result.outcome() != Outcome.PASS)
			.collect(Collectors.toMap(CheckResult::check,
					(result) -> "Rule '%s' of suite '%s': %s".formatted(result.check(), name, result.summary())));
	}

	private static List<Check> rules(Suite suite) {
		return suite.checks().stream().filter((check) -> check.kind() == CheckKind.BUSINESS_RULE).toList();
	}

}
