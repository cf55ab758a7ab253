package dev.backout.fingerprint;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What is written down of a state.
 *
 * @param made lines when the changelog had been at work
 * @param missing of what it had made before, these were gone already
 * @param added these were there already, made by others
 */
record RecordedSchema(Instant recordedAt, boolean fromStart, SchemaFingerprint made, List<SchemaLine> missing,
		List<SchemaLine> added) {

	/** What others undo of what others did is no drift. */
	SchemaDrift against(SchemaFingerprint now) {
		var since = Difference.between(this.made, now);
		return new SchemaDrift(this.recordedAt, this.fromStart,
				new Difference(without(this.missing, now.lines()),
						this.added.stream().filter(now.lines()::contains).toList(), List.of()),
				new Difference(without(since.missing(), this.added), without(since.added(), this.missing), List.of()));
	}

	private static List<SchemaLine> without(List<SchemaLine> some, Collection<SchemaLine> others) {
		return some.stream().filter((line) -> !others.contains(line)).toList();
	}

}
