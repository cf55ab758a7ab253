package dev.backout.backup.web;

import java.time.Instant;
import java.util.List;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Backups and what their last restore proved. */
@RestController
@RequestMapping("/api/v1/backups")
class BackupsApi {

	private final Backups backups;

	BackupsApi(Backups backups) {
		this.backups = backups;
	}

	@GetMapping
	List<BackupView> list() {
		return this.backups.list().stream().map(BackupView::of).toList();
	}

	@GetMapping("/{id}")
	BackupView one(@PathVariable String id) {
		return this.backups.find(id)
			.map(BackupView::of)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
	}

	/** Deletes a backup whose time is over; refused before, whoever asks. */
	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void retire(@PathVariable String id, Person person) {
		if (!person.roles().contains(Role.ADMIN)) {
			throw new AccessDeniedException("Only an administrator may delete a backup");
		}
		this.backups.retire(id, person.id());
	}

	/**
	 * A backup.
	 *
	 * @param id its name
	 * @param target of which database
	 * @param takenAt the snapshot's instant
	 * @param tookMillis how long taking it took
	 * @param engine what wrote it
	 * @param rows rows in it
	 * @param bytes bytes in the store
	 * @param schemaDigest of the schema
	 * @param dataDigest of the rows
	 * @param manifestDigest of the signed manifest
	 * @param retainUntil not to be deleted before
	 * @param verified whether its latest restore gave exactly what was backed up
	 * @param verifiedAt when that was
	 * @param restoreMillis how long the restore took
	 * @param findings what differed
	 */
	record BackupView(String id, String target, Instant takenAt, long tookMillis, String engine, long rows, long bytes,
			String schemaDigest, String dataDigest, String manifestDigest, Instant retainUntil, boolean verified,
			@Nullable Instant verifiedAt, @Nullable Long restoreMillis, List<String> findings) {

		static BackupView of(Backup backup) {
			var proof = backup.verification();
			return new BackupView(backup.id(), backup.target(), backup.takenAt(), backup.took().toMillis(),
					backup.engine(), backup.rows(), backup.bytes(), backup.schemaDigest(), backup.dataDigest(),
					backup.manifestDigest(), backup.retainUntil(), backup.verified(),
					(proof != null) ? proof.at() : null, (proof != null) ? proof.restoreTook().toMillis() : null,
					(proof != null) ? proof.findings() : List.of());
		}

	}

}
