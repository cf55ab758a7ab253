package dev.backout.comms;

/** Where an incident is, in the words of status pages. */
public enum IncidentStatus {

	INVESTIGATING("Investigating"), IDENTIFIED("Identified"), MONITORING("Monitoring"), RESOLVED("Resolved"),
	POSTMORTEM("Review");

	private final String label;

	IncidentStatus(String label) {
		this.label = label;
	}

	/** As people read it. */
	public String label() {
		return this.label;
	}

	/** Whether customers are still affected, or may be. */
	public boolean active() {
		return compareTo(RESOLVED) < 0;
	}

	/** What its components show while it lasts, unless somebody says otherwise. */
	ComponentStatus shows() {
		return switch (this) {
			case INVESTIGATING, IDENTIFIED -> ComponentStatus.PARTIAL_OUTAGE;
			case MONITORING -> ComponentStatus.DEGRADED_PERFORMANCE;
			case RESOLVED, POSTMORTEM -> ComponentStatus.OPERATIONAL;
		};
	}

}
