package dev.backout.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import org.camunda.bpm.engine.test.assertions.ProcessEngineTests;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;

import static org.assertj.core.api.Assertions.assertThat;

/** How a process test begins, and where all tests of a class together have been. */
final class PathsTaken {

	private final Set<String> taken = new HashSet<>();

	/** People are there, no step has a script, and no run was started. */
	static void begin(RunDriver driver, FakeSteps.Script steps) {
		ProcessEngineTests.init(driver.engine);
		driver.peopleArrive();
		steps.reset();
		driver.started.clear();
	}

	/** After a test: elements and flows that its runs have been through. */
	void remember(RunDriver driver) {
		driver.started.forEach((run) -> this.taken.addAll(EngineSlice.OwnDatabase.DATABASE.jdbc().sql("""
				select playbook || ' ' || element_id from backout.run_element join backout.run on id = run
				where run = :run""").param("run", run.value()).query(String.class).list()));
	}

	/** After all tests: every node and every flow of the playbooks was taken. */
	void wereAll(int least, String... playbooks) throws IOException {
		var all = new HashSet<String>();
		for (var playbook : playbooks) {
			var model = Bpmn.readModelFromStream(Files.newInputStream(Path.of("bpmn/" + playbook + ".bpmn")));
			model.getModelElementsByType(FlowNode.class).forEach((node) -> all.add(playbook + " " + node.getId()));
			model.getModelElementsByType(SequenceFlow.class).forEach((flow) -> all.add(playbook + " " + flow.getId()));
		}

		assertThat(all).hasSizeGreaterThan(least);
		assertThat(this.taken).containsAll(all);
	}

}
