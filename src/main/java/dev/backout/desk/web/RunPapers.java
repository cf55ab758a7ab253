package dev.backout.desk.web;

import dev.backout.comms.Messages;
import dev.backout.ledger.LedgerProofs;
import dev.backout.people.People;
import dev.backout.run.AfterMigrations;
import dev.backout.run.Evidence;
import dev.backout.run.Run;
import dev.backout.run.RunMoves;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/**
 * What lies beside a run: the messages about it, its entries in the record, what people
 * attached, the runs before and after it, and whom and what it can be handed to.
 */
@Component
class RunPapers {

	private final Messages messages;

	private final LedgerProofs ledger;

	private final Evidence evidence;

	private final RunMoves moves;

	private final People people;

	private final AfterMigrations afterMigrations;

	RunPapers(Messages messages, LedgerProofs ledger, Evidence evidence, RunMoves moves, People people,
			AfterMigrations afterMigrations) {
		this.afterMigrations = afterMigrations;
		this.messages = messages;
		this.ledger = ledger;
		this.evidence = evidence;
		this.moves = moves;
		this.people = people;
	}

	void add(Run run, Model model) {
		model.addAttribute("messages", this.messages.of(run.id().toString()));
		model.addAttribute("record", this.ledger.entries(run.id().toString()));
		model.addAttribute("evidence", this.evidence.of(run.id()));
		model.addAttribute("newer", this.moves.newer(run));
		model.addAttribute("backedUpBy", this.afterMigrations.of(run.id()));
		model.addAttribute("backsUpAfter", this.afterMigrations.after(run.id()).orElse(null));
		model.addAttribute("everybody", this.people.all());
	}

}
