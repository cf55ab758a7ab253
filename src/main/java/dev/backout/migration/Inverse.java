package dev.backout.migration;

/** Where the way back of a changeset comes from. */
public enum Inverse {

	/** Liquibase derives it from every change of the changeset. */
	AUTOMATIC,

	/** The author wrote it; it replaces everything that could be derived. */
	EXPLICIT,

	/** Protection keeps what is lost and gives it back. */
	PROTECTION,

	/** The author declared that nothing needs to be undone. */
	DECLARED_EMPTY,

	/** Only some of the changes have one: plain Liquibase refuses to undo any of them. */
	PARTIAL,

	/** Nobody provides one. */
	NONE,

	/** The changeset holds no change at all. */
	NO_CHANGE

}
