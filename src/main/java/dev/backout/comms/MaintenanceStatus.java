package dev.backout.comms;

/** Where a maintenance is, in the words of status pages. */
public enum MaintenanceStatus {

	SCHEDULED("Scheduled"), IN_PROGRESS("In progress"), VERIFYING("Verifying"), COMPLETED("Completed");

	private final String label;

	MaintenanceStatus(String label) {
		this.label = label;
	}

	/** As people read it. */
	public String label() {
		return this.label;
	}

}
