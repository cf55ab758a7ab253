package dev.backout.database;

import dev.backout.TestDatabase;

/** Ready-made targets for the tests of several modules. */
public final class DatabaseFixture {

	private DatabaseFixture() {
	}

	/** Target {@code shop} in that database. */
	public static Target aTarget(TestDatabase database) {
		return new Target("shop", database.url(), "postgres", Secret.of("postgres"));
	}

}
