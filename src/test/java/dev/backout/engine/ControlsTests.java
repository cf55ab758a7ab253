package dev.backout.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerEntry;
import dev.backout.ledger.LedgerProofs;
import dev.backout.people.Person;
import dev.backout.run.Evidence;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunMoves;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What operators do to a run: the role, the reason, the record. */
@EngineSlice
class ControlsTests {

	static final byte[] PICTURE = "not really a picture".getBytes(StandardCharsets.UTF_8);

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	Evidence evidence;

	@Autowired
	RunMoves moves;

	@Autowired
	LedgerProofs ledger;

	@Autowired
	JdbcClient jdbc;

	private String redeployed = "";

	@BeforeEach
	void begin() {
		this.driver.peopleArrive();
		this.steps.reset();
	}

	/** What other tests start follows the shipped version again. */
	@AfterEach
	void withdraw() {
		if (!this.redeployed.isEmpty()) {
			this.driver.engine.getRepositoryService().deleteDeployment(this.redeployed, true, true, true);
		}
	}

	@Test
	void everyControlTakesTheRoleAndAReason() {
		var run = stuckAt("status.post");
		var approval = new String[1];
		var other = this.driver.start("mira");
		this.driver.work(other);
		approval[0] = this.driver.waiting(other, "Task_Approve").id();
		var omar = this.driver.person("omar");

		for (var control : List.<Control>of((by, why) -> this.driver.runs.retry(run, "Task_PostIdentified", by, why),
				(by, why) -> this.driver.runs.skip(run, "Task_PostIdentified", by, why),
				(by, why) -> this.driver.runs.cancel(run, "Task_PostIdentified", by, why),
				(by, why) -> this.driver.runs.abort(run, by, why), (by, why) -> this.driver.runs.takeOver(run, by, why),
				(by, why) -> this.driver.runs.handOver(run, omar, by, why),
				(by, why) -> this.moves.move(run, 2, by, why), (by, why) -> attach(run, "a.png", by, why))) {
			refused("run.forbidden", () -> control.use(this.driver.person("vera"), "because"));
			refused("run.reason", () -> control.use(this.driver.person("mira"), " "));
		}
		refused("run.forbidden",
				() -> this.driver.inbox.reassign(approval[0], omar, this.driver.person("vera"), "because"));
		refused("task.reason", () -> this.driver.inbox.reassign(approval[0], omar, this.driver.person("mira"), " "));
		assertThat(kinds(run)).doesNotContain("step.retried", "step.skipped", "run.taken-over", "run.handed-over",
				"evidence.attached", "run.aborting", "run.moved");
	}

	@Test
	void skipGoesOnBehindTheStepAndOnlyWhereThePlaybookAllowsIt() {
		var run = stuckAt("status.post");

		this.driver.runs.skip(run, "Task_PostIdentified", this.driver.person("omar"), "the status page is down");
		this.driver.work(run);

		assertThat(step(run, "Task_PostIdentified").state()).isEqualTo(RunStep.State.SKIPPED);
		assertThat(this.driver.waiting(run, "Task_Approve")).isNotNull();
		assertThat(entry(run, "step.skipped").deed().actor()).isEqualTo("omar");
		var seal = stuckAt("plan.seal");
		refused("step.not-skippable",
				() -> this.driver.runs.skip(seal, "Task_SealPlan", this.driver.person("omar"), "no time"));
	}

	@Test
	void commandIsHandedOverByTheCommanderAloneAndToAnOperator() {
		var run = this.driver.start("mira");
		var omar = this.driver.person("omar");

		refused("run.not-commander", () -> this.driver.runs.handOver(run, omar, this.driver.person("kim"), "mine now"));
		refused("run.commander-role", () -> this.driver.runs.handOver(run, this.driver.person("vera"),
				this.driver.person("mira"), "my shift ends"));
		this.driver.runs.handOver(run, omar, this.driver.person("mira"), "my shift ends");

		assertThat(this.driver.runs.get(run).commander()).isEqualTo("omar");
		assertThat(entry(run, "run.handed-over").deed().parameters()).containsEntry("from", "mira")
			.containsEntry("to", "omar")
			.containsEntry("reason", "my shift ends");
	}

	@Test
	void operatorReassignsATaskButNeverAnApprovalToItsRequester() {
		var run = this.driver.start("mira");
		this.driver.work(run);
		var approval = this.driver.waiting(run, "Task_Approve");

		refused("task.four-eyes", () -> this.driver.inbox.reassign(approval.id(), this.driver.person("mira"),
				this.driver.person("omar"), "she knows best"));
		refused("task.forbidden", () -> this.driver.inbox.reassign(approval.id(), this.driver.person("vera"),
				this.driver.person("omar"), "she has time"));
		this.driver.inbox.reassign(approval.id(), this.driver.person("kim"), this.driver.person("mira"),
				"omar is on a plane");

		assertThat(this.driver.waiting(run, "Task_Approve")).extracting(InboxTask::assignee).isEqualTo("kim");
		assertThat(entry(run, "task.reassigned").deed().parameters()).containsEntry("from", "omar")
			.containsEntry("to", "kim");
		refused("task.forbidden", () -> this.driver.answer(run, "Task_Approve", "omar", "approve", null));
		this.driver.answer(run, "Task_Approve", "kim", "approve", null);
	}

	@Test
	void evidenceIsKeptWithItsDigestAndHandedOutAsItWas() {
		var run = this.driver.start("mira");

		var file = attach(run, "C:\\shots\\errors.png", this.driver.person("omar"), "errors by minute");
		var again = attach(run, "errors.png", this.driver.person("omar"), "errors by minute");

		assertThat(again).isEqualTo(file);
		assertThat(file.name()).isEqualTo("errors.png");
		assertThat(this.evidence.of(run)).containsExactly(file);
		assertThat(this.evidence.read(run, file.id()).bytes()).isEqualTo(PICTURE);
		assertThat(entry(run, "evidence.attached").deed().parameters())
			.containsEntry("sha256", Digests.sha256Hex(PICTURE))
			.containsEntry("name", "errors.png");
		refused("evidence.unknown", () -> this.evidence.read(this.driver.start("mira"), file.id()));
		refused("evidence.unknown", () -> this.evidence.read(run, UUID.randomUUID()));
		this.jdbc.sql("update backout.run_evidence set content = 'forged' where id = :id")
			.param("id", file.id())
			.update();
		refused("evidence.altered", () -> this.evidence.read(run, file.id()));
	}

	@Test
	void whatIsTooLargeEmptyOrNamedToDeceiveIsNotAttached() {
		var run = this.driver.start("mira");
		var omar = this.driver.person("omar");

		refused("evidence.too-large", () -> this.evidence.attach(run, "big.bin",
				new ByteArrayInputStream(new byte[10 * 1024 * 1024 + 1]), "big", omar));
		refused("evidence.empty",
				() -> this.evidence.attach(run, "empty", new ByteArrayInputStream(new byte[0]), "empty", omar));
		for (var name : List.of("", "..", "a/", "a\r\nSet-Cookie: x", "invoice\u202Egnp.exe", "x".repeat(201))) {
			refused("evidence.name", () -> attach(run, name, omar, "a file"));
		}
		assertThat(this.evidence.of(run)).isEmpty();
	}

	@Test
	void abortLeavesAKnownStateAndSaysWhatIsHalfDone() {
		this.steps.next("backup.take", (step) -> {
			step.progress(3, 7, "tables");
			throw new IllegalStateException("disk full");
		}).fail("backup.take", "disk full").fail("backup.take", "disk full");
		var run = this.driver.start("mira");
		this.driver.work(run);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);

		this.driver.runs.abort(run, this.driver.person("omar"), "not worth it");
		this.driver.work(run);
		this.driver.go(run, "Task_TellAborted", "lena", "send", null);

		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
		assertThat(this.steps.executed).contains("Task_ThawAborted", "Task_SendAborted");
		assertThat(entry(run, "run.left").deed().parameters())
			.containsEntry("done", "Tell the status page, Seal the plan, Switch the flags off, Freeze the target")
			.containsEntry("halfDone", "Take a backup (3 of 7 tables)");
	}

	@Test
	void runKeepsTheVersionThatItStartedWith() throws IOException {
		var run = this.driver.start("mira");
		this.driver.workOnce(run);
		var before = this.driver.runs.get(run).playbook();

		redeploy("name=\"Check the result\"", "name=\"Check the result twice\"");
		this.driver.work(run);
		this.driver.approve(run);
		this.driver.work(run);

		assertThat(this.driver.runs.get(run).playbook()).isEqualTo(before);
		assertThat(step(run, "Task_Check").name()).isEqualTo("Check the result");
		assertThat(this.driver.runs.diagram(run).xml()).doesNotContain("twice");
		var later = this.driver.start("mira");
		assertThat(this.driver.runs.get(later).playbook().version()).isGreaterThan(before.version());
		assertThat(step(later, "Task_Check").name()).isEqualTo("Check the result twice");
		this.driver.workOnce(later);
		this.driver.runs.abort(later, this.driver.person("omar"), "was a test");
		finishAborted(later);
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
	}

	@Test
	void stuckRunMovesToANewVersionOnceTheDifferenceWasSeen() throws IOException {
		var run = stuckAt("plan.seal");
		var omar = this.driver.person("omar");
		var from = this.driver.runs.get(run).playbook();
		refused("run.move-nothing", () -> this.moves.move(run, from.version(), omar, "why not"));

		redeploy("name=\"Check the result\"", "name=\"Check the result twice\"");
		var preview = this.moves.preview(run);

		assertThat(this.moves.newer(this.driver.runs.get(run))).isTrue();
		assertThat(preview.obstacles()).isEmpty();
		assertThat(preview.difference().changes()).singleElement()
			.satisfies((change) -> assertThat(change.what()).contains("name was 'Check the result'"));
		refused("run.move-stale", () -> this.moves.move(run, from.version(), omar, "seen the old one"));
		this.moves.move(run, preview.to().version(), omar, "the new check finds the fault");
		this.driver.runs.retry(run, "Task_SealPlan", omar, "mended");
		this.driver.approve(run);
		this.driver.work(run);

		assertThat(this.driver.runs.get(run).playbook()).isEqualTo(preview.to());
		assertThat(step(run, "Task_Check").name()).isEqualTo("Check the result twice");
		assertThat(entry(run, "run.moved").deed().parameters()).containsEntry("fromDigest", from.digest())
			.containsEntry("toDigest", preview.to().digest());
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
	}

	@Test
	void runDoesNotMoveWhereItWouldNotBeSafe() throws IOException {
		var run = this.driver.start("mira");
		this.driver.approve(run);
		var waits = this.driver.start("mira");
		this.driver.work(waits);
		var omar = this.driver.person("omar");

		redeploy("<bpmn:serviceTask id=\"Task_Revert\" name=\"Undo the migrations\"",
				"<bpmn:serviceTask id=\"Task_Revert\" name=\"Undo more\"", "name=\"Approve the rollback\"",
				"name=\"Approve more\"");
		var version = this.moves.preview(run).to().version();

		assertThat(this.moves.preview(run).obstacles()).hasSize(2)
			.allSatisfy((obstacle) -> assertThat(obstacle).contains("under an approval"));
		refused("run.move-unsafe", () -> this.moves.move(run, version, omar, "it does more"));
		assertThat(this.moves.preview(waits).obstacles()).singleElement()
			.asString()
			.contains("'Approve the rollback' waits for an answer");
		refused("run.move-unsafe", () -> this.moves.move(waits, version, omar, "it asks more"));
		this.driver.work(run);
		assertThat(step(run, "Task_Revert").name()).isEqualTo("Undo the migrations");
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		this.driver.runs.abort(waits, omar, "was a test");
		finishAborted(waits);
	}

	private void finishAborted(RunId run) {
		this.driver.work(run);
		this.driver.go(run, "Task_TellAborted", "lena", "send", null);
	}

	private RunId stuckAt(String type) {
		this.steps.fail(type, "no").fail(type, "no").fail(type, "not today");
		var run = this.driver.start("mira");
		this.driver.work(run);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);
		return run;
	}

	private dev.backout.run.Attachment attach(RunId run, String name, Person by, String remark) {
		return this.evidence.attach(run, name, new ByteArrayInputStream(PICTURE), remark, by);
	}

	/** Deploys the shipped playbook with some words replaced. */
	private void redeploy(String... words) throws IOException {
		var text = Files.readString(Path.of("bpmn/rollback-release.bpmn"));
		for (var next = 0; next < words.length; next += 2) {
			assertThat(text).contains(words[next]);
			text = text.replace(words[next], words[next + 1]);
		}
		this.redeployed = this.driver.engine.getRepositoryService()
			.createDeployment()
			.name("rollback-release.bpmn")
			.addString("rollback-release.bpmn", text)
			.deploy()
			.getId();
	}

	private RunStep step(RunId run, String stepId) {
		return this.driver.runs.steps(run)
			.stream()
			.filter((step) -> step.stepId().equals(stepId))
			.findFirst()
			.orElseThrow();
	}

	private List<String> kinds(RunId run) {
		return this.ledger.entries(run.toString()).stream().map((entry) -> entry.deed().kind()).toList();
	}

	private LedgerEntry entry(RunId run, String kind) {
		return this.ledger.entries(run.toString())
			.stream()
			.filter((entry) -> entry.deed().kind().equals(kind))
			.reduce((first, last) -> {
				throw new AssertionError("More than one " + kind);
			})
			.orElseThrow();
	}

	private static void refused(String code, ThrowingCallable deed) {
		assertThatExceptionOfType(Rejected.class).isThrownBy(deed)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(code));
	}

	/** Something an operator does, with a reason. */
	private interface Control {

		void use(Person by, String reason);

	}

}
