package dev.backout.backup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaDrift;
import org.jspecify.annotations.Nullable;

/**
 * How the schema in a backup stands against the changelog that is said to have made it.
 * {@code +} is there and not by the changelog, {@code -} was made by it and is gone.
 *
 * @param recordedAt when Backout last brought the changelog to this state; {@code null}
 * when it did not, and so nothing is known
 * @param fromStart whether that holds since the first changeset; else nobody knows what
 * differed before {@code recordedAt}
 * @param later what was changed since then
 * @param earlier what had been changed before, and is so still
 */
public record Drift(@Nullable Instant recordedAt, boolean fromStart, List<String> later, List<String> earlier) {

	/** A thousand tables by hand are not named one by one. */
	private static final int NAMED = 100;

	private static final int LENGTH = 300;

	public Drift {
		later = List.copyOf(later);
		earlier = List.copyOf(earlier);
	}

	static Drift of(Optional<SchemaDrift> drift) {
		return drift
			.map((found) -> new Drift(found.recordedAt(), found.fromStart(), named(found.later()),
					named(found.earlier())))
			.orElseGet(() -> new Drift(null, false, List.of(), List.of()));
	}

	private static List<String> named(Difference difference) {
		var lines = difference.describe();
		var named = new ArrayList<String>();
		lines.stream()
			.limit(NAMED)
			.map((line) -> (line.length() > LENGTH) ? line.substring(0, LENGTH) + "…" : line)
			.forEach(named::add);
		if (lines.size() > NAMED) {
			named.add("and %d more".formatted(lines.size() - NAMED));
		}
		return named;
	}

	/** Whether anybody can tell. */
	boolean known() {
		return this.recordedAt != null;
	}

	/** What is known, and one sentence for each difference. */
	List<String> sentences() {
		if (this.recordedAt == null) {
			return List
				.of("Whether the schema is as its changelog made it is not known: Backout did not bring it to this state");
		}
		var at = this.recordedAt.truncatedTo(ChronoUnit.SECONDS);
		var sentences = new ArrayList<String>();
		this.later.forEach((line) -> sentences.add("Not by the changelog, since %s: %s".formatted(at, line)));
		this.earlier
			.forEach((line) -> sentences.add("Not by the changelog, before %s already: %s".formatted(at, line)));
		if (sentences.isEmpty() && this.fromStart) {
			sentences.add("The schema is as its changelog made it");
		}
		else if (!this.fromStart) {
			sentences.add((sentences.isEmpty() ? "The schema is as its changelog left it at %s; w" : "W").formatted(at)
					+ "hat others had changed before %s is not known".formatted(at));
		}
		return sentences;
	}

}
