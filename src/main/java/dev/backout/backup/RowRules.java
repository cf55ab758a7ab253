package dev.backout.backup;

import java.util.Map;
import java.util.Optional;

import dev.backout.database.Target;

/** What the business expects of its rows, asked of those that were restored. */
public interface RowRules {

	/** Nobody has said what to expect. */
	RowRules NONE = new RowRules() {

		@Override
		public Optional<String> of(String target) {
			return Optional.empty();
		}

		@Override
		public Map<String, String> broken(String suite, Target rows, String target) {
			return Map.of();
		}

	};

	/** The rules that go with a target, where there are some. */
	Optional<String> of(String target);

	/**
	 * A sentence for each rule that does not hold, by the rule's name.
	 * @param suite name of the rules
	 * @param rows where they are
	 * @param target that it is a copy of
	 */
	Map<String, String> broken(String suite, Target rows, String target);

}
