package dev.backout.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.backout.catalog.Owners;
import dev.backout.kernel.Rejected;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.run.Answer;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.TimelineEntry;
import org.camunda.bpm.engine.IdentityService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Whose task it is: as the manifest says, only with the role, and never nobody's. */
@EngineSlice
class TaskOwnersTests {

	private static final Set<Role> COMMANDER = Set.of(Role.VIEWER, Role.OPERATOR, Role.APPROVER);

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	People people;

	@Autowired
	ManifestOwners manifest;

	@BeforeEach
	void begin() {
		this.driver.peopleArrive();
		this.steps.reset();
		this.people.disable("admin", "system");
	}

	@AfterEach
	void everybodyIsBack() {
		List.of("mira", "omar", "kim").forEach((id) -> {
			this.people.enable(id, "system");
			this.people.change(person(id, COMMANDER), "system");
		});
		List.of("lena", "jonas", "admin").forEach((id) -> this.people.enable(id, "system"));
		this.manifest.owners = null;
	}

	@Test
	void approvalTakesTheRoleApprover() {
		// given
		var run = waitingForApproval("kim");
		var task = this.driver.waiting(run, "Task_Approve");
		var mira = person("mira", Set.of(Role.VIEWER, Role.OPERATOR));

		// when
		this.people.change(mira, "system");

		// then
		assertThat(task.forbidden(mira)).isEqualTo("To approve takes the role approver, which you do not have");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.answer(task.id(), Answer.of("approve", null, task.seal()), mira))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.forbidden"));
		assertThat(this.driver.waiting(run, "Task_Approve").id()).isEqualTo(task.id());
	}

	@Test
	void engineItselfRefusesWhoeverLacksTheRole() {
		var run = waitingForApproval("kim");
		var task = this.driver.waiting(run, "Task_Approve");

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> as("mira", List.of("operator"),
					() -> this.driver.engine.getTaskService().complete(task.id(), Map.of("approval", "approve"))))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.forbidden"));
		assertThat(this.driver.waiting(run, "Task_Approve").id()).isEqualTo(task.id());
	}

	@Test
	void approvalIsNeverHandedToSomebodyWithoutTheRole() {
		var run = waitingForApproval("kim");
		var task = this.driver.waiting(run, "Task_Approve");

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.handOver(task.id(), this.driver.person("lena"),
					this.driver.person("mira"), "going to bed"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.forbidden"))
			.withMessageContaining("lena");
	}

	@Test
	void onCallWithoutTheRoleIsPassedOver() {
		this.people.change(person("mira", Set.of(Role.VIEWER, Role.OPERATOR)), "system");

		var run = waitingForApproval("kim");

		assertThat(this.driver.waiting(run, "Task_Approve")).satisfies((task) -> {
			assertThat(task.candidates()).containsExactly("omar");
			assertThat(task.level()).isEqualTo(2);
		});
	}

	@Test
	void taskThatNobodyIsOnCallForReachesWhoeverMayAnswerIt() {
		// given
		List.of("lena", "jonas").forEach((id) -> this.people.disable(id, "system"));

		// when
		var run = waitingForApproval("mira");

		// then
		var task = this.driver.waiting(run, "Task_TellIdentified");
		assertThat(task.candidates()).containsExactlyInAnyOrder("mira", "omar", "kim");
		assertThat(task.level()).isZero();
		assertThat(texts(run)).contains("Nobody is on call for 'comms-lead': 'Tell the stakeholders' waits for "
				+ "kim, mira, omar as a last resort");

		// when somebody comes on call after all
		this.people.enable("jonas", "system");
		this.driver.fire(run, "Timer_IdentifiedLate");

		// then
		assertThat(this.driver.waiting(run, "Task_TellIdentified").candidates()).contains("jonas");
		this.driver.go(run, "Task_TellIdentified", "omar", "send", null);
	}

	@Test
	void administratorsAreToldWhereNobodyMayApprove() {
		// given
		List.of("mira", "omar", "kim")
			.forEach((id) -> this.people.change(person(id, Set.of(Role.VIEWER, Role.OPERATOR)), "system"));
		var admin = "admin-" + UUID.randomUUID().toString().substring(0, 8);
		this.driver.add(admin, Set.of(Role.ADMIN));

		try {
			// when
			var run = waitingForApproval("kim");

			// then
			var task = this.driver.waiting(run, "Task_Approve");
			assertThat(task.candidates()).containsExactly(admin);
			assertThat(task.forbidden(this.driver.person(admin))).contains("role approver");

			// when
			this.people.change(person(admin, Set.of(Role.ADMIN, Role.APPROVER)), "system");
			this.driver.go(run, "Task_Approve", admin, "approve", null);

			// then
			assertThat(this.driver.inbox.open(run)).extracting(InboxTask::stepId).contains("Task_TellResolved");
		}
		finally {
			this.people.disable(admin, "system");
		}
	}

	@Test
	void exhaustedRotationEndsWithTheLastResort() {
		// given
		this.people.enable("admin", "system");
		var run = waitingForApproval("mira");
		assertThat(this.driver.waiting(run, "Task_Approve").candidates()).containsExactly("omar");

		// when
		this.driver.fire(run, "Timer_ApproveLate");
		assertThat(this.driver.waiting(run, "Task_Approve").escalatesAt()).isNotNull();
		this.driver.fire(run, "Timer_ApproveLate");

		// then
		var task = this.driver.waiting(run, "Task_Approve");
		assertThat(task.candidates()).containsExactlyInAnyOrder("omar", "kim", "admin");
		assertThat(task.escalatesAt()).isNull();
		assertThat(texts(run)).contains("Nobody answered 'Approve the rollback' in time: admin is asked too, "
				+ "as a last resort: nobody else is on call");
	}

	@Test
	void ownersAreThoseOfTheManifestWhenTheRunBegan() {
		// given
		this.driver.rotation("shop-leads", "kim", "omar");
		this.driver.rotation("shop-voices", "jonas");
		this.manifest.owners = new Owners("shop-leads", "shop-voices", "shop-leads");

		// when
		var run = this.driver.start("mira");
		this.manifest.owners = Owners.DEFAULT;
		this.driver.work(run);

		// then
		assertThat(this.driver.waiting(run, "Task_Approve").candidates()).containsExactly("kim");
		assertThat(this.driver.waiting(run, "Task_Approve").rotation()).isEqualTo("shop-leads");
		assertThat(this.driver.waiting(run, "Task_TellIdentified").candidates()).containsExactly("jonas");

		// when
		this.driver.go(run, "Task_Approve", "kim", "approve", null);

		// then
		assertThat(this.steps.contexts.get("Task_Check").required("suite")).isEqualTo("suite-of-the-manifest");
	}

	@Test
	void rotationThatDoesNotExistStopsNothing() {
		this.manifest.owners = new Owners("nobody-here", "nobody-here", "nobody-here");

		var run = waitingForApproval("mira");

		assertThat(this.driver.waiting(run, "Task_Approve").candidates()).containsExactlyInAnyOrder("omar", "kim");
	}

	private RunId waitingForApproval(String requester) {
		var run = this.driver.start(requester);
		this.driver.work(run);
		return run;
	}

	private List<String> texts(RunId run) {
		return this.driver.runs.timeline(run).stream().map(TimelineEntry::text).toList();
	}

	private static Person person(String id, Set<Role> roles) {
		return new Person(id, id, id + "@example.org", roles);
	}

	private void as(String person, List<String> groups, Runnable command) {
		IdentityService identity = this.driver.engine.getIdentityService();
		identity.setAuthentication(person, groups);
		try {
			command.run();
		}
		finally {
			identity.clearAuthentication();
		}
	}

}
