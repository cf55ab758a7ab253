package dev.backout.engine;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Rotation;
import dev.backout.run.Answer;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunRequest;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.transaction.support.TransactionTemplate;

/** Moves a run on by hand: steps that wait, timers, answers. */
@TestComponent
class RunDriver {

	static final String NODE = "test-node";

	final ProcessEngine engine;

	final Runs runs;

	final Inbox inbox;

	private final StepCatalog catalog;

	private final StepSettlement settlement;

	private final WorkerProperties properties;

	private final People people;

	private final OnCall onCall;

	private final TransactionTemplate transaction;

	/** Runs that a test has started. */
	final List<RunId> started = new ArrayList<>();

	private int releases;

	RunDriver(ProcessEngine engine, Runs runs, Inbox inbox, StepCatalog catalog, StepSettlement settlement,
			WorkerProperties properties, People people, OnCall onCall, TransactionTemplate transaction) {
		this.transaction = transaction;
		this.engine = engine;
		this.runs = runs;
		this.inbox = inbox;
		this.catalog = catalog;
		this.settlement = settlement;
		this.properties = properties;
		this.people = people;
		this.onCall = onCall;
	}

	/** Mira leads and Omar is next; Lena speaks and Jonas is next. */
	void peopleArrive() {
		if (this.people.find("mira").isPresent()) {
			return;
		}
		var commander = Set.of(Role.VIEWER, Role.OPERATOR, Role.APPROVER);
		add("mira", commander);
		add("omar", commander);
		add("kim", commander);
		add("lena", Set.of(Role.VIEWER, Role.OPERATOR));
		add("jonas", Set.of(Role.VIEWER, Role.OPERATOR));
		add("vera", Set.of(Role.VIEWER));
		rotation("commander", "mira", "omar", "kim");
		rotation("comms-lead", "lena", "jonas");
	}

	void add(String id, Set<Role> roles) {
		this.people.add(new Person(id, id, id + "@example.org", roles), null, "system");
	}

	void rotation(String id, String... members) {
		this.onCall.save(new Rotation(id, id, ZoneId.of("UTC"), LocalDateTime.of(2020, 1, 1, 0, 0),
				Duration.ofDays(36500), List.of(members), null), "system");
	}

	/**
	 * Ends what other tests left behind, so that a real worker finds this one's alone.
	 */
	void endOthers() {
		var runtime = this.engine.getRuntimeService();
		runtime.createProcessInstanceQuery()
			.list()
			.forEach((instance) -> runtime.deleteProcessInstance(instance.getId(), "the test is over"));
	}

	Person person(String id) {
		return this.people.get(id);
	}

	RunId start(String requester) {
		return start(requester, (run) -> {
		});
	}

	/** Starts a run and lets something be done with its id before any step can begin. */
	RunId start(String requester, Consumer<String> first) {
		return this.transaction.execute((status) -> {
			var run = begin(requester);
			first.accept(run.toString());
			return run;
		});
	}

	private RunId begin(String requester) {
		return begin(requester, "shop-" + (++this.releases) + "-" + System.nanoTime());
	}

	/** Starts a run of this release. */
	RunId begin(String requester, String release) {
		var run = this.runs.start(RunRequest.rollback(release, "shop", Severity.SEV2, "errors after the release", null),
				person(requester));
		this.started.add(run);
		return run;
	}

	/** Lets the timer that starts a playbook fire, and gives the run. */
	RunId startBySchedule(String playbook) {
		var job = this.engine.getManagementService()
			.createJobQuery()
			.processDefinitionKey(playbook)
			.active()
			.timers()
			.list()
			.stream()
			.filter((timer) -> timer.getProcessInstanceId() == null)
			.findFirst()
			.orElseThrow();
		this.engine.getManagementService().executeJob(job.getId());
		var run = this.runs.recent(500)
			.stream()
			.filter((found) -> found.playbook().id().equals(playbook))
			.map(dev.backout.run.Run::id)
			.filter((id) -> !this.started.contains(id) && instance(id) != null)
			.findFirst()
			.orElseThrow();
		this.started.add(run);
		return run;
	}

	/** Starts another playbook for the target. */
	RunId startRestore(String requester, String backup) {
		var run = this.runs.start(
				new RunRequest("restore-from-backup", dev.backout.run.RunKind.REAL, "shop-restore-" + System.nanoTime(),
						"shop", Severity.SEV2, "rows are gone", null, java.util.Map.of("backupId", backup)),
				person(requester));
		this.started.add(run);
		return run;
	}

	/** Starts by hand what else a schedule starts, for one thing only. */
	RunId startByHand(String requester, String playbook, String only) {
		var run = this.runs.start(new RunRequest(playbook, dev.backout.run.RunKind.REAL, "", "shop", Severity.SEV5,
				"before the sale", null, java.util.Map.of("only", only)), person(requester));
		this.started.add(run);
		return run;
	}

	ProcessInstance instance(RunId run) {
		return this.engine.getRuntimeService()
			.createProcessInstanceQuery()
			.processInstanceBusinessKey(run.toString())
			.singleResult();
	}

	/** Lets every step of the run work until only people and timers are left. */
	void work(RunId run) {
		while (workOnce(run)) {
			continue;
		}
	}

	/** Lets the steps that wait now work, once. */
	boolean workOnce(RunId run) {
		return workOnce(run, Duration.ofSeconds(10));
	}

	/** The same under a lock that nothing extends. */
	boolean workOnce(RunId run, Duration lock) {
		var tasks = take(run, lock);
		tasks.forEach(this::run);
		return !tasks.isEmpty();
	}

	/** Takes the steps up that wait now, and does not begin them. */
	List<LockedExternalTask> take(RunId run) {
		return take(run, Duration.ofSeconds(10));
	}

	private List<LockedExternalTask> take(RunId run, Duration lock) {
		var query = this.engine.getExternalTaskService().fetchAndLock().workerId(NODE).maxTasks(10).subscribe();
		for (var topic : this.catalog.names()) {
			query = query.topic(topic, lock.toMillis()).businessKey(run.toString());
		}
		return query.execute();
	}

	/** Lets a step work that was taken up. */
	void run(LockedExternalTask task) {
		run(task, this.properties);
	}

	void run(LockedExternalTask task, WorkerProperties properties) {
		var attempt = this.settlement.journal().begin(List.of(StepExecution.step(task)), NODE).get(0);
		new StepExecution(task, attempt, this.settlement, properties).run(this.catalog.get(task.getTopicName()));
	}

	/** Works until the approval, and approves as Omar. */
	void approve(RunId run) {
		work(run);
		answer(run, "Task_Approve", "omar", "approve", null);
	}

	InboxTask waiting(RunId run, String stepId) {
		return this.inbox.open(run)
			.stream()
			.filter((task) -> task.stepId().equals(stepId))
			.findFirst()
			.orElseThrow(() -> new AssertionError("Nothing waits at " + stepId));
	}

	void answer(RunId run, String stepId, String person, String decision, String reason) {
		var task = waiting(run, stepId);
		this.inbox.answer(task.id(), Answer.of(decision, reason, task.seal()), person(person));
	}

	/** Answers and lets the steps behind it work. */
	void go(RunId run, String stepId, String person, String decision, String reason) {
		answer(run, stepId, person, decision, reason);
		work(run);
	}

	/** Lets the timer at an element fire, whatever the time. */
	void fire(RunId run, String timerId) {
		var job = this.engine.getManagementService()
			.createJobQuery()
			.processInstanceId(instance(run).getId())
			.activityId(timerId)
			.singleResult();
		this.engine.getManagementService().executeJob(job.getId());
		work(run);
	}

}
