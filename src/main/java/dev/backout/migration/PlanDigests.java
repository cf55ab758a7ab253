package dev.backout.migration;

/** Says what undoing a release would be right now; filled by whoever computes plans. */
public interface PlanDigests {

	/** Digest over exactly what would run now. */
	String now(String release, String target);

}
