package dev.backout.migration.web;

import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.migration.Proofs;
import dev.backout.migration.ReleaseProof;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What was proven of a release. */
@RestController
@RequestMapping("/api/v1/releases/{release}/proof")
class ProofsApi {

	private final Proofs proofs;

	ProofsApi(Proofs proofs) {
		this.proofs = proofs;
	}

	/** The last result, and the last try, which may be under way. */
	@GetMapping
	ProofView proof(@PathVariable String release) {
		return new ProofView(this.proofs.newest(release), this.proofs.of(release));
	}

	/** Starts one and answers at once; ask for the proof to see how far it is. */
	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	ReleaseProof start(@PathVariable String release, Person person) {
		if (!person.has(Role.OPERATOR)) {
			throw new AccessDeniedException("Only a person with the role operator may start a proof");
		}
		this.proofs.start(release, person.id());
		return this.proofs.newest(release)
			.orElseThrow(() -> new Rejected("proof.gone", "The proof that was just started is gone"));
	}

	/**
	 * Both sides of a release's proof.
	 *
	 * @param newest the last try, without its changesets
	 * @param standing the last result, with them
	 */
	record ProofView(Optional<ReleaseProof> newest, Optional<ReleaseProof> standing) {
	}

}
