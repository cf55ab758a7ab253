package dev.backout.people;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.backout.ledger.LedgerFixture;

/** People and rotations without the application around them. */
public final class PeopleFixture {

	private PeopleFixture() {
	}

	public static People people(LedgerFixture ledger) {
		return new People(ledger.jdbc, ledger.transaction, ledger.ledger, new Passwords());
	}

	public static ApiTokens tokens(LedgerFixture ledger, People people, java.time.Clock clock) {
		return new ApiTokens(ledger.jdbc, ledger.transaction, people, ledger.ledger, clock);
	}

	public static OnCall onCall(LedgerFixture ledger, People people) {
		return new OnCall(ledger.jdbc, ledger.transaction, people, ledger.ledger,
				new ObjectMapper().registerModule(new JavaTimeModule()));
	}

}
