package dev.backout.comms;

/** How a component does, the better first. */
public enum ComponentStatus {

	OPERATIONAL("Operational"), UNDER_MAINTENANCE("Under maintenance"), DEGRADED_PERFORMANCE("Degraded performance"),
	PARTIAL_OUTAGE("Partial outage"), MAJOR_OUTAGE("Major outage");

	private final String label;

	ComponentStatus(String label) {
		this.label = label;
	}

	/** As people read it. */
	public String label() {
		return this.label;
	}

	public boolean worseThan(ComponentStatus other) {
		return compareTo(other) > 0;
	}

}
