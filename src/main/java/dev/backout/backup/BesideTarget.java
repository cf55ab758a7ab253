package dev.backout.backup;

import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;

/**
 * What stands beside a target: the database that was restored for a key, and the former
 * one once they were exchanged.
 */
final class BesideTarget {

	private final Target target;

	private final ScratchDatabases scratches;

	BesideTarget(Target target, ScratchDatabases scratches) {
		this.target = target;
		this.scratches = scratches;
	}

	Exchange swap(String key) {
		return Doing.the("Exchange of '%s'".formatted(this.target.database()),
				() -> new Swap(this.target).run(restored(key), former(key)));
	}

	Exchange swapBack(String key) {
		return Doing.the("Exchange of '%s'".formatted(this.target.database()),
				() -> new Swap(this.target).back(restored(key), former(key)));
	}

	boolean swapped(String key) {
		return Doing.the("Look at '%s'".formatted(this.target.database()), () -> {
			try (var connection = this.target.at("postgres").open("restore")) {
				return new SwapMarks(connection).isFormer(former(key));
			}
		});
	}

	String discard(String key) {
		return Doing.the("Clearing up beside '%s'".formatted(this.target.database()), () -> {
			if (swapped(key)) {
				return "The exchange took place; the former database is kept as '%s'".formatted(former(key));
			}
			var closed = new Swap(this.target).giveUp(restored(key));
			var dropped = new RestoreBeside(this.target, this.scratches).discard(key);
			this.scratches.sweep(this.target);
			return (dropped ? "What was restored beside '%s' was dropped" : "Nothing was restored beside '%s'")
				.formatted(this.target.database()) + (closed ? "; people can connect again" : "");
		});
	}

	private String restored(String key) {
		return Beside.restored(this.target.database(), key);
	}

	private String former(String key) {
		return Beside.former(this.target.database(), key);
	}

}
