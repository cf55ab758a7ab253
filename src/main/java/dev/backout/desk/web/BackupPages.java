package dev.backout.desk.web;

import dev.backout.backup.Backups;
import dev.backout.kernel.Rejected;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Backups, and whether they are known to restore. */
@Controller
class BackupPages {

	private final Backups backups;

	BackupPages(Backups backups) {
		this.backups = backups;
	}

	@GetMapping("/backups")
	String list(Model model) {
		model.addAttribute("backups", this.backups.list());
		return "backups";
	}

	@GetMapping("/backups/{id}")
	String backup(@PathVariable String id, Model model) {
		model.addAttribute("backup", this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id))));
		return "backup";
	}

}
