package dev.backout.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Severity;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A playbook hands the tables of the sealed plan to its backup, and the backup to the
 * reversal.
 */
@EngineSlice
class PlanTablesRunTests {

	private static final String PLAYBOOK = "backup-of-the-plans-tables.bpmn";

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	private String deployment = "";

	@BeforeEach
	void deploy() throws IOException {
		this.driver.peopleArrive();
		this.steps.reset();
		this.deployment = this.driver.engine.getRepositoryService()
			.createDeployment()
			.name(PLAYBOOK)
			.addString(PLAYBOOK, Files.readString(Path.of("src/test/resources/harmless").resolve(PLAYBOOK)))
			.deploy()
			.getId();
	}

	@AfterEach
	void withdraw() {
		this.driver.engine.getRepositoryService().deleteDeployment(this.deployment, true, true, true);
	}

	@Test
	void theBackupIsOfTheTablesThatThePlanNames() {
		var run = sealed("public.orders,public.\"a,b\"");

		assertThat(this.steps.contexts.get("Task_Take").optional("tables")).contains("public.orders,public.\"a,b\"");
		this.driver.go(run, "Task_Approve", "omar", "approve", null);
		assertThat(this.steps.contexts.get("Task_Revert").optional("backupId")).contains("backupId-1");
	}

	@Test
	void theBackupIsOfAllWhereThePlanKnowsNone() {
		sealed("");

		assertThat(this.steps.contexts.get("Task_Take").optional("tables")).isEmpty();
	}

	private RunId sealed(String tables) {
		this.steps.next("plan.seal",
				(step) -> new StepOutcome.Done("sealed", Map.of("planDigest", "planDigest-1", "planTables", tables)));
		var run = this.driver.runs.start(new RunRequest("small-rollback", RunKind.REAL,
				"shop-tables-" + System.nanoTime(), "shop", Severity.SEV2, "errors", null, Map.of()),
				this.driver.person("mira"));
		this.driver.started.add(run);
		this.driver.work(run);
		return run;
	}

}
