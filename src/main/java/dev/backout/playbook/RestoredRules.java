package dev.backout.playbook;

import java.util.Map;
import java.util.Optional;

import dev.backout.backup.RowRules;
import dev.backout.check.BusinessRules;
import dev.backout.database.Target;
import org.springframework.stereotype.Component;

/** A backup is proven by the business rules of the checks. */
@Component
class RestoredRules implements RowRules {

	private final BusinessRules rules;

	RestoredRules(BusinessRules rules) {
		this.rules = rules;
	}

	@Override
	public Optional<String> of(String target) {
		return this.rules.of(target);
	}

	@Override
	public Map<String, String> broken(String suite, Target rows, String target) {
		return this.rules.broken(suite, rows, target);
	}

}
