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
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a process test begins, and where all tests of a class together have been: through
 * every node and every flow of its playbooks.
 */
final class PathsTaken implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {

	private final int least;

	private final String[] playbooks;

	private final Set<String> taken = new HashSet<>();

	/**
	 * @param least how many nodes and flows there are more than
	 */
	PathsTaken(int least, String... playbooks) {
		this.least = least;
		this.playbooks = playbooks;
	}

	/** People are there, no step has a script, and no run was started. */
	static void begin(RunDriver driver, FakeSteps.Script steps) {
		ProcessEngineTests.init(driver.engine);
		driver.peopleArrive();
		steps.reset();
		driver.started.clear();
	}

	@Override
	public void beforeEach(ExtensionContext test) {
		begin(bean(test, RunDriver.class), bean(test, FakeSteps.Script.class));
	}

	@Override
	public void afterEach(ExtensionContext test) {
		bean(test, RunDriver.class).started
			.forEach((run) -> this.taken.addAll(EngineSlice.OwnDatabase.DATABASE.jdbc().sql("""
					select playbook || ' ' || element_id from backout.run_element join backout.run on id = run
					where run = :run""").param("run", run.value()).query(String.class).list()));
	}

	private static <T> T bean(ExtensionContext test, Class<T> type) {
		return SpringExtension.getApplicationContext(test).getBean(type);
	}

	@Override
	public void afterAll(ExtensionContext tests) throws IOException {
		var all = new HashSet<String>();
		for (var playbook : this.playbooks) {
			var model = Bpmn.readModelFromStream(Files.newInputStream(Path.of("bpmn/" + playbook + ".bpmn")));
			model.getModelElementsByType(FlowNode.class).forEach((node) -> all.add(playbook + " " + node.getId()));
			model.getModelElementsByType(SequenceFlow.class).forEach((flow) -> all.add(playbook + " " + flow.getId()));
		}

		assertThat(all).hasSizeGreaterThan(this.least);
		assertThat(this.taken).containsAll(all);
	}

}
