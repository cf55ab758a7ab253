package dev.backout.run;

import java.util.Map;
import java.util.Set;

/**
 * The picture of a run: the BPMN of its own version and what happened on it.
 *
 * @param xml BPMN 2.0 with its layout
 * @param marks element id to where it stands; elements not reached have none
 * @param takenFlows ids of the sequence flows that were taken
 */
public record Diagram(String xml, Map<String, RunStep.State> marks, Set<String> takenFlows) {

	public Diagram {
		marks = Map.copyOf(marks);
		takenFlows = Set.copyOf(takenFlows);
	}

}
