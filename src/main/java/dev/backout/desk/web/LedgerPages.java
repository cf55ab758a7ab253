package dev.backout.desk.web;

import java.util.List;
import java.util.stream.LongStream;

import dev.backout.ledger.LedgerEntry;
import dev.backout.ledger.LedgerProofs;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** The record, newest first, and the proof that an entry is in it. */
@Controller
class LedgerPages {

	private static final int ENTRIES = 30;

	private final LedgerProofs ledger;

	LedgerPages(LedgerProofs ledger) {
		this.ledger = ledger;
	}

	@GetMapping("/ledger")
	String list(@RequestParam(required = false) @Nullable Long before,
			@RequestParam(required = false) @Nullable String subject, Model model) {
		var head = this.ledger.head();
		long end = (before != null) ? Math.max(0, Math.min(before, head.size())) : head.size();
		model.addAttribute("head", head);
		model.addAttribute("subject", subject);
		model.addAttribute("entries", (subject != null) ? this.ledger.entries(subject) : page(end));
		model.addAttribute("older", (subject == null && end > ENTRIES) ? end - ENTRIES : null);
		return "ledger";
	}

	@GetMapping("/ledger/{index:[0-9]+}")
	String entry(@PathVariable long index, Model model) {
		var entry = this.ledger.entry(index);
		var proof = this.ledger.proofOf(index);
		model.addAttribute("entry", entry);
		model.addAttribute("proof", proof);
		model.addAttribute("holds", proof.holdsFor(entry.leaf()));
		return "ledger-entry";
	}

	private List<LedgerEntry> page(long end) {
		return LongStream.iterate(end - 1, (index) -> index >= 0 && index >= end - ENTRIES, (index) -> index - 1)
			.mapToObj(this.ledger::entry)
			.toList();
	}

}
