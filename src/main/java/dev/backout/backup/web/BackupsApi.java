package dev.backout.backup.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import dev.backout.backup.Alarm;
import dev.backout.backup.Backup;
import dev.backout.backup.BackupCopy;
import dev.backout.backup.Backups;
import dev.backout.backup.Former;
import dev.backout.backup.Hold;
import dev.backout.backup.Keeping;
import dev.backout.backup.Objectives;
import dev.backout.backup.Progress;
import dev.backout.backup.RestoreEstimate;
import dev.backout.backup.Restores;
import dev.backout.backup.Verification;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Backups and what their last restore proved. */
@RestController
@RequestMapping("/api/v1/backups")
class BackupsApi {

	private final Backups backups;

	private final Keeping keeping;

	private final Restores restores;

	BackupsApi(Backups backups, Keeping keeping, Restores restores) {
		this.backups = backups;
		this.keeping = keeping;
		this.restores = restores;
	}

	@GetMapping
	List<BackupView> list(@RequestParam(defaultValue = "") String target) {
		var all = this.backups.list()
			.stream()
			.filter((backup) -> target.isEmpty() || backup.target().equals(target))
			.toList();
		var holds = this.keeping.holds(all);
		return all.stream().map((backup) -> BackupView.of(backup, holds.get(backup.id()))).toList();
	}

	/** Takes one and restores it into a scratch database; answers when both are done. */
	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	BackupView take(@Valid @RequestBody Take body, Person person) {
		demand(person, Role.OPERATOR, "take a backup");
		var run = "api-" + java.util.UUID.randomUUID();
		var backup = this.backups.take(body.target(), body.tables(), run, run, Progress.NONE);
		this.backups.verify(backup.id(), run, Progress.NONE);
		return BackupView.of(find(backup.id()), null);
	}

	@GetMapping("/{id}")
	BackupDetail one(@PathVariable String id) {
		var backup = find(id);
		return new BackupDetail(BackupView.of(backup, this.keeping.held(id).orElse(null)),
				this.keeping.kept(backup.target()).getOrDefault(id, Set.of()), this.keeping.copies(id),
				this.keeping.history(id), EstimateView.of(this.restores.estimate(backup)));
	}

	/** Restores it into a scratch database and compares; answers when it is done. */
	@PostMapping("/{id}/verify")
	BackupView verify(@PathVariable String id, Person person) {
		demand(person, Role.OPERATOR, "verify a backup");
		this.backups.verify(find(id).id(), "api-" + java.util.UUID.randomUUID(), Progress.NONE);
		return BackupView.of(find(id), this.keeping.held(id).orElse(null));
	}

	/** Deletes a backup whose time is over; refused before, whoever asks. */
	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void retire(@PathVariable String id, Person person) {
		demand(person, Role.ADMIN, "delete a backup");
		this.keeping.retire(find(id).id(), person.id(), id);
	}

	/** Places a legal hold. */
	@PutMapping("/{id}/hold")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void hold(@PathVariable String id, @Valid @RequestBody Reason body, Person person) {
		demandEither(person, "hold a backup");
		this.keeping.hold(id, person.id(), body.reason());
	}

	/** Ends a legal hold. */
	@DeleteMapping("/{id}/hold")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void release(@PathVariable String id, @Valid @RequestBody Reason body, Person person) {
		demand(person, Role.ADMIN, "release a hold");
		this.keeping.release(id, person.id(), body.reason());
	}

	/** How a target's backups stand against what was promised. */
	@GetMapping("/objectives")
	ObjectivesView objectives(@RequestParam String target) {
		return ObjectivesView.of(this.keeping.objectives(target));
	}

	@GetMapping("/alarms")
	List<Alarm> alarms() {
		return this.keeping.alarms();
	}

	/** Databases that were replaced by a restored one and are still there. */
	@GetMapping("/former")
	List<Former> formers(@RequestParam String target) {
		return this.restores.formers(target);
	}

	/** Drops a former database for good. */
	@DeleteMapping("/former/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void releaseFormer(@PathVariable String name, @RequestParam String target, Person person) {
		demand(person, Role.ADMIN, "release a former database");
		this.restores.release(target, name, "former-" + target, person.id());
	}

	private Backup find(String id) {
		return this.backups.find(id)
			.orElseThrow(() -> new Rejected("backup.unknown", "There is no backup '%s'".formatted(id)));
	}

	private static void demand(Person person, Role role, String deed) {
		if (!person.has(role)) {
			throw new AccessDeniedException("To %s takes the role %s".formatted(deed, role));
		}
	}

	/** Whoever must see to evidence may keep it. */
	private static void demandEither(Person person, String deed) {
		if (!person.has(Role.AUDITOR)) {
			demand(person, Role.ADMIN, deed);
		}
	}

	/**
	 * Of which target.
	 *
	 * @param tables only these, {@code schema.table}, with those that they refer to; none
	 * for all
	 */
	record Take(@NotBlank String target, List<@NotBlank String> tables) {

		Take {
			tables = (tables != null) ? List.copyOf(tables) : List.of();
		}

	}

	/** Why something is done. */
	record Reason(@NotBlank @Size(max = 500) String reason) {
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
	 * @param tables whose rows it has, empty when it is of the whole database
	 * @param hold who keeps it from being deleted, and why
	 */
	record BackupView(String id, String target, Instant takenAt, long tookMillis, String engine, long rows, long bytes,
			String schemaDigest, String dataDigest, String manifestDigest, Instant retainUntil, boolean verified,
			@Nullable Instant verifiedAt, @Nullable Long restoreMillis, List<String> findings, List<String> tables,
			@Nullable Hold hold) {

		static BackupView of(Backup backup, @Nullable Hold hold) {
			var proof = backup.verification();
			return new BackupView(backup.id(), backup.target(), backup.takenAt(), backup.took().toMillis(),
					backup.engine(), backup.rows(), backup.bytes(), backup.schemaDigest(), backup.dataDigest(),
					backup.manifestDigest(), backup.retainUntil(), backup.verified(),
					(proof != null) ? proof.at() : null, (proof != null) ? proof.restoreTook().toMillis() : null,
					(proof != null) ? proof.findings() : List.of(), backup.tables(), hold);
		}

	}

	/**
	 * All that is known of a backup.
	 *
	 * @param generations why the schedule keeps it; empty when it lets it go
	 * @param copies where else it is
	 * @param history its restores, newest first
	 * @param estimate how long restoring it should take
	 */
	record BackupDetail(@com.fasterxml.jackson.annotation.JsonUnwrapped BackupView backup, Set<String> generations,
			List<BackupCopy> copies, List<Verification> history, EstimateView estimate) {
	}

	/**
	 * How long a restore should take.
	 *
	 * @param source what the estimate was made from
	 */
	record EstimateView(long expectedMillis, long lowMillis, long highMillis, String source) {

		static EstimateView of(RestoreEstimate estimate) {
			return new EstimateView(estimate.expected().toMillis(), estimate.low().toMillis(),
					estimate.high().toMillis(), estimate.source());
		}

	}

	/**
	 * Promised and actual.
	 *
	 * @param rpoSeconds how much may be lost
	 * @param rpoActualSeconds what a failure now would lose
	 * @param rtoSeconds how long a restore may take
	 * @param rtoExpected how long it should take now
	 */
	record ObjectivesView(String target, long rpoSeconds, @Nullable Long rpoActualSeconds, boolean rpoHeld,
			long rtoSeconds, @Nullable EstimateView rtoExpected, boolean rtoHeld, List<Point> restores,
			List<Point> gaps) {

		static ObjectivesView of(Objectives objectives) {
			Duration actual = objectives.rpoActual();
			RestoreEstimate expected = objectives.rtoExpected();
			return new ObjectivesView(objectives.target(), objectives.rpo().toSeconds(),
					(actual != null) ? actual.toSeconds() : null, objectives.rpoHeld(), objectives.rto().toSeconds(),
					(expected != null) ? EstimateView.of(expected) : null, objectives.rtoHeld(),
					objectives.trend().stream().map(Point::of).toList(),
					objectives.gaps().stream().map(Point::of).toList());
		}

	}

	/** A span that was measured at a time. */
	record Point(Instant at, long millis) {

		static Point of(Objectives.Measured measured) {
			return new Point(measured.at(), measured.value().toMillis());
		}

	}

}
