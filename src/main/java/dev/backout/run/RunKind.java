package dev.backout.run;

/** What a run acts on: the same playbook through the same code. */
public enum RunKind {

	/** A real target. */
	REAL,
	/** A clone of the target, with simulated people and a captured outbox. */
	REHEARSAL,
	/** People practise; failures may be injected. */
	DRILL

}
