package dev.backout.desk.web;

import dev.backout.comms.Messages;
import dev.backout.ledger.LedgerProofs;
import dev.backout.run.RunId;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** What a run leaves behind: the messages about it and its entries in the record. */
@Component
class RunPapers {

	private final Messages messages;

	private final LedgerProofs ledger;

	RunPapers(Messages messages, LedgerProofs ledger) {
		this.messages = messages;
		this.ledger = ledger;
	}

	void add(RunId run, Model model) {
		model.addAttribute("messages", this.messages.of(run.toString()));
		model.addAttribute("record", this.ledger.entries(run.toString()));
	}

}
