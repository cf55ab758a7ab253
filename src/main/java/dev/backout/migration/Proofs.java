package dev.backout.migration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.database.Clones;
import dev.backout.database.Target;
import dev.backout.database.ThrowAwayDatabase;
import dev.backout.kernel.Rejected;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Proves releases and keeps what came of it. The clone is made from the target's newest
 * verified backup; while there is none, the files alone are proven, in an embedded
 * database with made-up rows.
 */
@Component
public class Proofs {

	private final Releases releases;

	private final ObjectProvider<Clones> clones;

	private final ProofRecords records;

	Proofs(Releases releases, ObjectProvider<Clones> clones, ProofRecords records) {
		this.releases = releases;
		this.clones = clones;
		this.records = records;
	}

	/**
	 * Proves a release in the caller's thread.
	 * @param by id of the person or run that asks
	 * @throws Rejected {@code proof.under-way}, and what keeps the clone from being made
	 */
	public ReleaseProof prove(String release, String by, MigrationListener listener) {
		var found = this.releases.get(release);
		run(found, this.records.begin(found.id(), found.target(), by), listener);
		return of(release).orElseThrow();
	}

	/**
	 * Starts a proof that goes on beside; {@link #newest} tells how far it is.
	 * @throws Rejected {@code proof.under-way}
	 */
	public void start(String release, String by) {
		var found = this.releases.get(release);
		var id = this.records.begin(found.id(), found.target(), by);
		var work = new Thread(() -> quietly(found, id), "proof-" + id);
		work.setDaemon(true);
		work.start();
	}

	/** The page shows why it failed; nobody waits here. */
	private void quietly(Release release, long id) {
		try {
			run(release, id, MigrationListener.NONE);
		}
		catch (RuntimeException ex) {
			LoggerFactory.getLogger(Proofs.class).info("Proof of '{}' failed: {}", release.id(), ex.getMessage());
		}
	}

	private void run(Release release, long id, MigrationListener listener) {
		try {
			var source = this.clones.getIfAvailable();
			var clone = (source != null) ? source.newest(release.target(), () -> {
				listener.checkpoint();
				this.records.beat(id, 0, 0);
			}) : Optional.<Clones.Clone>empty();
			if (clone.isPresent()) {
				try (var copy = clone.get()) {
					this.records.rowsOf(id, copy.backup(), copy.takenAt());
					prove(release, id, copy.target(), false, listener);
				}
			}
			else {
				try (var empty = ThrowAwayDatabase.start()) {
					prove(release, id, empty.target(), true, listener);
				}
			}
		}
		catch (RuntimeException ex) {
			this.records.failed(id, (ex instanceof CancellationException) ? "It was cancelled"
					: (ex instanceof Rejected rejected) ? rejected.reason() : String.valueOf(ex.getMessage()));
			throw ex;
		}
	}

	private void prove(Release release, long id, Target clone, boolean madeUp, MigrationListener listener) {
		var texts = texts(release);
		var prover = new ReleaseProver(this.releases, release, clone, madeUp);
		Consumer<ProofProgress> heard = (progress) -> {
			listener.checkpoint();
			listener.progress(progress.done(), progress.total());
			this.records.beat(id, progress.done(), progress.total());
		};
		var proven = prover.prove(heard);
		var stoodOn = new HashMap<ReleaseProof.Proven, String>();
		proven.forEach((one) -> stoodOn.put(one,
				texts.getOrDefault(one.component(), Map.of()).getOrDefault(one.verdict().changeset(), "")));
		this.records.finished(id, proven, stoodOn, prover.note());
	}

	private static Map<String, Map<ChangesetId, String>> texts(Release release) {
		var texts = new HashMap<String, Map<ChangesetId, String>>();
		for (var component : release.components()) {
			texts.put(component.component().id(), textsNow(component));
		}
		return texts;
	}

	/** Whatever is broken now is not what was proven. */
	private static Map<ChangesetId, String> textsNow(ReleaseComponent component) {
		try {
			return ReleaseProver.texts(component);
		}
		catch (BrokenChangelog ex) {
			return Map.of();
		}
	}

	/** The last proof that came to a result, told what of it still stands. */
	public Optional<ReleaseProof> of(String release) {
		return this.records.standing(release).map((proof) -> with(proof, this.records.changesets(proof.id())));
	}

	private ReleaseProof with(ReleaseProof proof, List<ProofRecords.Kept> kept) {
		var texts = texts(this.releases.get(proof.release()));
		var changesets = kept.stream()
			.map((one) -> new ReleaseProof.Proven(one.component(), one.verdict(),
					!one.text().equals(texts.getOrDefault(one.component(), Map.of()).get(one.verdict().changeset()))))
			.toList();
		return new ReleaseProof(proof.id(), proof.release(), proof.target(), proof.by(), proof.startedAt(),
				proof.beatAt(), proof.done(), proof.total(), proof.finishedAt(), proof.failure(), proof.backup(),
				proof.dataAt(), proof.note(), changesets);
	}

	/** The last that was started, whatever became of it; without its changesets. */
	public Optional<ReleaseProof> newest(String release) {
		return this.records.newest(this.releases.get(release).id());
	}

}
