package dev.backout.flag;

/** How far a flag's life is. */
public enum Stage {

	/** Declared, not used yet. */
	PLANNED,
	/** In use; may be toggled and ramped. */
	LIVE,
	/** Its work is done; the code behind it is being removed. */
	RETIRING,
	/** Gone; answers its off value and can not be toggled. */
	ARCHIVED

}
