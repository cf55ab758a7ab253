package dev.backout.database;

import java.time.Clock;

import dev.backout.TestDatabase;
import dev.backout.ledger.LedgerFixture;

/** Ready-made targets for the tests of several modules. */
public final class DatabaseFixture {

	private DatabaseFixture() {
	}

	/** Target {@code shop} in that database. */
	public static Target aTarget(TestDatabase database) {
		return new Target("shop", database.url(), "postgres", Secret.of("postgres"));
	}

	/** Freezes that are written down there. */
	public static Freezes freezes(LedgerFixture own) {
		return new Freezes(own.jdbc, own.transaction, own.ledger, Clock.systemUTC());
	}

}
