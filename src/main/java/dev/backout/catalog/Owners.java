package dev.backout.catalog;

/**
 * Who answers for a release: ids of on-call rotations, never of persons.
 *
 * @param commander decides and approves
 * @param communications tells the stakeholders
 * @param review runs the review afterwards
 */
public record Owners(String commander, String communications, String review) {

	/** Who answers where no manifest says so. */
	public static final Owners DEFAULT = new Owners("commander", "comms-lead", "commander");

}
