package dev.backout.migration.guard;

/** A change that runs code on our host instead of SQL in the database. */
public interface RunsCode {

	/** What it runs, for people. */
	String what();

	/** The name under which it can be trusted. */
	String trustedAs();

	boolean trusted();

}
