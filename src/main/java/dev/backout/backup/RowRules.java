package dev.backout.backup;

import java.util.List;
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
		public List<String> broken(String suite, Target restored, String target) {
			return List.of();
		}

	};

	/** The rules that go with a target, where there are some. */
	Optional<String> of(String target);

	/**
	 * A sentence for each rule that does not hold.
	 * @param suite name of the rules
	 * @param restored a database with the rows
	 * @param target that it is a copy of
	 */
	List<String> broken(String suite, Target restored, String target);

}
