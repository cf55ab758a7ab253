package dev.backout.plan;

import java.time.Clock;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.backout.catalog.Release;
import dev.backout.flag.Flag;
import dev.backout.flag.Flags;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.ledger.LedgerProofs;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What else tells the state of things: flags, record and clock. */
@Component
class Witnesses {

	private final ObjectProvider<Flags> flags;

	private final LedgerProofs proofs;

	private final Ledger ledger;

	private final Clock clock;

	Witnesses(ObjectProvider<Flags> flags, LedgerProofs proofs, Ledger ledger, Clock clock) {
		this.flags = flags;
		this.proofs = proofs;
		this.ledger = ledger;
		this.clock = clock;
	}

	LedgerProofs ledger() {
		return this.proofs;
	}

	Instant now() {
		return this.clock.instant();
	}

	void append(Deed deed) {
		this.ledger.append(deed);
	}

	SortedMap<String, Boolean> flags(Release release) {
		var states = new TreeMap<String, Boolean>();
		this.flags.ifAvailable((all) -> release.flags()
			.forEach((key) -> all.find(key).map(Flag::on).ifPresent((on) -> states.put(key, on))));
		return states;
	}

}
