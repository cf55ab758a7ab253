package dev.backout.desk.api;

import java.util.List;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.kernel.Rejected;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Backups, and whether they are known to restore. */
@RestController
@RequestMapping("/api/v1/backups")
@Tag(name = "backups", description = "What can be restored")
class BackupsApi {

	private final Backups backups;

	BackupsApi(Backups backups) {
		this.backups = backups;
	}

	@GetMapping
	@Operation(summary = "All backups, newest first")
	List<Backup> list() {
		return this.backups.list();
	}

	@GetMapping("/{id}")
	@Operation(summary = "A backup and its last verification")
	Backup get(@PathVariable String id) {
		return this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
	}

}
