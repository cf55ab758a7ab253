package dev.backout.backup;

import java.util.SortedMap;

/** Which feature flags are on while a backup is taken. */
public interface FlagStates {

	/**
	 * The state of the flags that matter to a target, by key: {@code off}, {@code on},
	 * {@code 25%}.
	 */
	SortedMap<String, String> of(String target);

}
