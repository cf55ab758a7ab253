package dev.backout.desk.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import dev.backout.backup.Backup;
import dev.backout.backup.BackupContents;
import dev.backout.backup.BackupCopy;
import dev.backout.backup.Objectives;
import dev.backout.backup.RestoreChoice;
import dev.backout.backup.RestoreEstimate;
import dev.backout.backup.Verification;
import dev.backout.catalog.Owners;
import dev.backout.catalog.Product;
import dev.backout.catalog.Release;
import dev.backout.check.Deviation;
import dev.backout.comms.ComponentStatus;
import dev.backout.comms.IncidentStatus;
import dev.backout.comms.Message;
import dev.backout.comms.MessageTemplate;
import dev.backout.comms.Rendered;
import dev.backout.comms.StatusView;
import dev.backout.comms.Templates;
import dev.backout.ledger.Deed;
import dev.backout.ledger.LedgerEntry;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.Estimate;
import dev.backout.plan.Loss;
import dev.backout.plan.PlanStep;
import dev.backout.plan.PlanTables;
import dev.backout.playbook.Difference;
import dev.backout.playbook.Draft;
import dev.backout.playbook.Finding;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookVersion;
import dev.backout.playbook.Playbooks;
import dev.backout.playbook.ShippedSteps;
import dev.backout.run.Diagram;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.run.RunMoves;
import dev.backout.run.Attachment;
import dev.backout.run.InboxTask;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import dev.backout.run.Severity;
import dev.backout.run.TimelineEntry;
import dev.backout.watch.ReleaseHealth;
import dev.backout.watch.Sample;
import dev.backout.watch.TriggerState;

/** A rollback half way, to look at from all sides. */
final class DeskFixture {

	static final Instant NOW = Instant.parse("2026-11-23T02:14:00Z");

	static final Person MIRA = new Person("mira", "Mira Okafor", "mira@example.org",
			Set.of(Role.OPERATOR, Role.APPROVER));

	static final Person OMAR = new Person("omar", "Omar Haddad", "omar@example.org",
			Set.of(Role.OPERATOR, Role.APPROVER));

	static final Person LENA = new Person("lena", "Lena Fischer", "lena@example.org", Set.of(Role.OPERATOR));

	static final Person DANA = new Person("dana", "Dana Silva", "dana@example.org", Set.of(Role.DESIGNER));

	static final PlaybookLint LINT = new PlaybookLint(ShippedSteps::all, () -> Templates.in(null).all());

	static final RunId RUN = RunId.of("11111111-2222-3333-4444-555555555555");

	static final UUID LETTER = UUID.fromString("99999999-2222-3333-4444-555555555555");

	static final String SEAL = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

	private DeskFixture() {
	}

	/** A small one with its picture. */
	static byte[] playbook() {
		try {
			return Files.readAllBytes(Path.of("src/test/resources/harmless/small-rollback-drawn.bpmn"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Draft draft(int version) {
		return new Draft("small-rollback", version, SEAL, "Asked the database team too", "dana", NOW);
	}

	static List<Draft> drafts() {
		return List.of(draft(2), draft(1));
	}

	static List<PlaybookVersion> versions() {
		return List.of(new PlaybookVersion("small-rollback", 2, "Small rollback", SEAL),
				new PlaybookVersion("small-rollback", 1, "Small rollback", SEAL));
	}

	static Playbooks.Glance glance() {
		return new Playbooks.Glance("small-rollback", "Small rollback", versions().get(0), draft(2));
	}

	static List<Finding> findings() {
		return List.of(new Finding("small-rollback.bpmn", "Task_Revert", 40, Finding.Level.ERROR, "PB111",
				"'Task_Revert' changes the target, and a path reaches it without an approval",
				"Put backup.verify and an approval of the sealed plan before it"));
	}

	static List<Difference> differences() {
		return List.of(
				new Difference(Difference.Kind.CHANGED, "Flow_Approved", "sequenceFlow", "Yes",
						List.of(new Difference.Change("conditionExpression text", "${approval == 'approve'}",
								"${severity == 'SEV1'}"))),
				new Difference(Difference.Kind.ADDED, "Task_Look", "serviceTask", "Look again", List.of()),
				new Difference(Difference.Kind.REMOVED, "Task_Old", "serviceTask", "", List.of()));
	}

	static Release release() {
		return new Release("shop-2026.11.2", new Product("shop", "Shop", "shop", List.of(), List.of()), "2026.11.2",
				"Split customer names", "shop-2026.11.1", List.of(),
				new Owners("shop-commander", "shop-communications", "shop-review"), "shop", List.of(), List.of());
	}

	static ReleaseHealth unhealthy() {
		var sample = new Sample("error-rate", NOW.minusSeconds(20), Sample.Result.FAIL, 7.4, "7.4 % of 1 204 requests");
		return new ReleaseHealth("shop-2026.11.2", ReleaseHealth.Status.UNHEALTHY, NOW.minusSeconds(340),
				List.of(new TriggerState("error-rate", "Error rate", "%", 2.0, 3, ReleaseHealth.Status.UNHEALTHY,
						NOW.minusSeconds(340), sample, 17,
						"Error rate is 7.4 %, over the limit of 2 % for 17 measurements in a row")));
	}

	static BackoutPlan plan(boolean noReturn) {
		return new BackoutPlan("shop-2026.11.2", "shop", List.of(
				new PlanStep(1, "backup.take", "Take a backup of shop", null, null, null, List.of(), List.of(),
						new Estimate(Duration.ofSeconds(41), "31 MB at 8 MB/s"), false),
				new PlanStep(2, "migration.revert", "Undo orders:drop-note", "orders", "ana:orders-7",
						"REVERSIBLE_WITH_STASH", List.of("12 331 values of orders.note come back from the stash"),
						List.of("alter table orders add column note text",
								"update orders o set note = s.note from backout_stash.orders_note s where s.id = o.id"),
						new Estimate(Duration.ofSeconds(6), "median of 3 runs"), false),
				new PlanStep(3, "migration.revert", "Undo catalog:split-name", "catalog", "ana:catalog-4",
						noReturn ? "LOSSY" : "REVERSIBLE", List.of("The split columns are put together again"),
						List.of(), new Estimate(Duration.ofSeconds(9), "212 rows per ms"), noReturn)),
				noReturn ? List.of(new Loss("catalog", "ana:catalog-4",
						"41 middle names that were typed after the release have no place in the old column"))
						: List.of(),
				List.of(), new PlanTables(List.of("public.orders", "public.customer"), null), SEAL);
	}

	static Attachment attachment() {
		return new Attachment(UUID.fromString("22222222-2222-3333-4444-555555555555"), RUN, "errors since two.png",
				48_213, "8f0e2f0c5bb5d3b1e3f3a2f0a5b6c7d8e9f00112233445566778899aabbccddee",
				"Failed requests by minute", "omar", NOW.minusSeconds(60));
	}

	static RunMoves.Preview move() {
		var from = run(RunState.STUCK).playbook();
		return new RunMoves.Preview(from,
				new PlaybookVersion(from.id(), from.version() + 1, from.title(), "another digest"),
				new PlaybookDifference(List.of(
						new PlaybookDifference.Change("Task_Check", "Check the result", PlaybookDifference.Kind.CHANGED,
								"Step 'Check the result' changes: suite was 'shop' and is 'shop-after-rollback'"),
						new PlaybookDifference.Change("Code_Locked", "Code_Locked", PlaybookDifference.Kind.ADDED,
								"Boundary event 'Code_Locked' is new"))),
				List.of());
	}

	static Run run(RunState state) {
		return new Run(RUN, RunKind.REAL, new PlaybookVersion("rollback-release", 3, "Roll back a release", "ab12"),
				"shop-2026.11.2", "shop", "mira", "mira", Severity.SEV2, "Error rate is 7.4 %, over the limit of 2 %",
				SEAL, state, NOW.minusSeconds(412), null, null);
	}

	static List<RunStep> steps() {
		return List.of(
				step("Task_PostIdentified", "Say on the status page that we know", "status.post", RunStep.State.DONE, 1,
						3, null),
				new RunStep("Task_TellStakeholders", "Tell the stakeholders", "task", RunStep.State.WAITING, "lena",
						NOW.minusSeconds(400), null, null, 1, null, null, null, false),
				step("Task_SealPlan", "Seal the plan", "plan.seal", RunStep.State.DONE, 2, 4,
						"5 changesets in 2 components, digest 9f86d081884c"),
				step("Task_TakeBackup", "Take a backup", "backup.take", RunStep.State.DONE, 52, 41,
						"203 344 rows in 11 tables, 31 MB"),
				new RunStep("Task_VerifyBackup", "Prove that the backup restores", "backup.verify",
						RunStep.State.RUNNING, null, NOW.minusSeconds(20), null, Duration.ofSeconds(60), 1,
						new RunStep.Progress(120_000, 203_344, "rows"), null, null, false),
				new RunStep("Task_Revert", "Undo the changesets", "migration.revert", RunStep.State.FAILED, null,
						NOW.minusSeconds(90), NOW.minusSeconds(30), Duration.ofSeconds(15), 3, null, null,
						new RunStep.EngineIncident("i1",
								"canceling statement due to lock timeout: alter table orders add column note text",
								NOW.minusSeconds(30)),
						true),
				new RunStep("Task_Check", "Check the result", "check.run", RunStep.State.AHEAD, null, null, null,
						Duration.ofSeconds(12), 0, null, null, null, false));
	}

	private static RunStep step(String id, String name, String type, RunStep.State state, long took, long expected,
			String summary) {
		return new RunStep(id, name, type, state, null, NOW.minusSeconds(300), NOW.minusSeconds(300 - took),
				Duration.ofSeconds(expected), 1, null, summary, null, false);
	}

	static List<TimelineEntry> timeline() {
		return List.of(
				new TimelineEntry(1, NOW.minusSeconds(412), "run.started", "mira", null,
						"Roll back a release declared: error rate is 7.4 %"),
				new TimelineEntry(2, NOW.minusSeconds(410), "step.done", "system", "Task_PostIdentified",
						"Said on the status page that we know"),
				new TimelineEntry(3, NOW.minusSeconds(100), "note", "omar", null,
						"Support sees the first angry calls"));
	}

	static Diagram diagram() {
		var xml = """
				<?xml version="1.0" encoding="UTF-8"?>
				<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
					xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
					xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
				<process id="p"><startEvent id="Start"/><serviceTask id="Task_TakeBackup" name="Take a backup"/>
				<serviceTask id="Task_Revert" name="Undo the changesets"/>
				<sequenceFlow id="F1" sourceRef="Start" targetRef="Task_TakeBackup"/>
				<sequenceFlow id="F2" sourceRef="Task_TakeBackup" targetRef="Task_Revert"/></process>
				<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
				<bpmndi:BPMNShape bpmnElement="Start"><dc:Bounds x="100" y="122" width="36" height="36"/></bpmndi:BPMNShape>
				<bpmndi:BPMNShape bpmnElement="Task_TakeBackup"><dc:Bounds x="200" y="100" width="100" height="80"/></bpmndi:BPMNShape>
				<bpmndi:BPMNShape bpmnElement="Task_Revert"><dc:Bounds x="360" y="100" width="100" height="80"/></bpmndi:BPMNShape>
				<bpmndi:BPMNEdge bpmnElement="F1"><di:waypoint x="136" y="140"/><di:waypoint x="200" y="140"/></bpmndi:BPMNEdge>
				<bpmndi:BPMNEdge bpmnElement="F2"><di:waypoint x="300" y="140"/><di:waypoint x="360" y="140"/></bpmndi:BPMNEdge>
				</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>
				""";
		return new Diagram(xml, Map.of("Task_TakeBackup", RunStep.State.DONE, "Task_Revert", RunStep.State.FAILED),
				Set.of("F1", "F2"));
	}

	static InboxTask approval() {
		return task("a1", "Task_Approve", "Approve the rollback", InboxTask.Kind.APPROVAL, Set.of("mira", "omar"),
				List.of(new InboxTask.Choice("approve", "Roll back the release", false),
						new InboxTask.Choice("refuse", "Stop here", false)),
				Map.of());
	}

	static InboxTask decision() {
		return task("d1", "Task_Decide", "Decide about a check below its minimum", InboxTask.Kind.DECISION,
				Set.of("mira", "omar"),
				List.of(new InboxTask.Choice("accept", "Accept the result", true),
						new InboxTask.Choice("retry", "Check again", false),
						new InboxTask.Choice("restore", "Restore the backup", true)),
				Map.of());
	}

	static InboxTask message() {
		return task("m1", "Task_TellStakeholders", "Tell the stakeholders", InboxTask.Kind.MESSAGE, Set.of("lena"),
				List.of(new InboxTask.Choice("send", "Send the message", false)),
				Map.of("template", "rollback-started", "audience", "stakeholders"));
	}

	private static InboxTask task(String id, String step, String title, InboxTask.Kind kind, Set<String> candidates,
			List<InboxTask.Choice> choices, Map<String, String> properties) {
		return new InboxTask(id, RUN, step, title, kind, "shop-2026.11.2", "shop", "mira", Severity.SEV2, candidates,
				null, "shop-commander", 1, NOW.minusSeconds(60), null, NOW.plusSeconds(240),
				(kind == InboxTask.Kind.APPROVAL) ? SEAL : null, choices, List.of(), properties);
	}

	static Backup backup() {
		return new Backup("b-20261123-021012", "shop", NOW.minusSeconds(130), Duration.ofSeconds(52), "copy", 203_344,
				31_000_000, "aa".repeat(32), "bb".repeat(32), "cc".repeat(32), NOW.plus(Duration.ofDays(30)), List.of(),
				new Verification(NOW.minusSeconds(60), Duration.ofSeconds(24), Duration.ofSeconds(58), List.of()));
	}

	static Objectives objectives() {
		var restores = new java.util.ArrayList<Objectives.Measured>();
		var gaps = new java.util.ArrayList<Objectives.Measured>();
		for (int day = 14; day > 0; day--) {
			var at = NOW.minus(Duration.ofDays(day));
			restores.add(new Objectives.Measured(at, Duration.ofSeconds(24 + 3 * (14 - day))));
			gaps.add(new Objectives.Measured(at, Duration.ofHours((day == 5) ? 49 : 24)));
		}
		return new Objectives("shop", Duration.ofHours(26), Duration.ofSeconds(130), Duration.ofHours(1), estimate(),
				restores, gaps);
	}

	static RestoreEstimate estimate() {
		return new RestoreEstimate(Duration.ofSeconds(64), Duration.ofSeconds(51), Duration.ofSeconds(80),
				"from 14 measured restores of 19 MB to 31 MB");
	}

	static RestoreChoice choice() {
		return new RestoreChoice(RUN.toString(), "b-20261123-021012", "shop", SEAL, NOW.minusSeconds(7000),
				Duration.ofSeconds(7000), true, estimate(), Duration.ofMillis(190));
	}

	static List<Verification> verifications() {
		return List.of(
				new Verification(NOW.minusSeconds(60), Duration.ofSeconds(24), Duration.ofSeconds(58), List.of()),
				new Verification(NOW.minusSeconds(90_060), Duration.ZERO, Duration.ofSeconds(2),
						List.of("File data/public.orders-0.copy.zst was changed: its SHA-256 is not the manifest's")));
	}

	static BackupCopy copy() {
		return new BackupCopy("b-20261123-021012", "s3://vault/backout/", NOW.minusSeconds(20), 31_000_000,
				"S3_COMPLIANCE", NOW.plus(Duration.ofDays(30)), Duration.ofSeconds(9));
	}

	static BackupContents contents() {
		return new BackupContents("17.7", "shop", "2026-11-2-3",
				List.of(new BackupContents.Table("public.orders", 203_000, "203000:1f2e3d4c5b6a79880011223344556677"),
						new BackupContents.Table("public.customer", 344, "344:aa2e3d4c5b6a7988")),
				List.of(new BackupContents.StoredFile("data/public.orders-0.copy.zst", 30_000_000, "ab".repeat(32)),
						new BackupContents.StoredFile("schema-before.sql", 14_000, "cd".repeat(32))),
				List.of("Index public.half_built is invalid and not in the backup"),
				List.of("Not by the changelog, since 2026-11-20T09:12:44Z: + index public.orders_by_hand: CREATE INDEX orders_by_hand ON public.orders USING btree (status)"),
				Map.of("new-checkout", "25%", "quick-refunds", "off"));
	}

	static Deviation deviation() {
		return new Deviation(UUID.randomUUID().toString(), RUN.toString(), "shop", "orders-have-customers", "shop",
				"major", "omar", "3 orders have no customer; at most 0 are acceptable", NOW.minusSeconds(40), null,
				null, null, null, null, null);
	}

	static MessageTemplate template() {
		return new MessageTemplate("rollback-declared", 1, "A rollback has begun", MessageTemplate.Channel.MAIL,
				"stakeholders", "{{product}}: problem with {{scope}}",
				List.of("product", "impact", "scope", "whatWeDo", "nextUpdateAt"), List.of("whatToDo"), Map.of(),
				Duration.ofMinutes(30), "body");
	}

	static Message draft() {
		return new Message(UUID.randomUUID(), RUN.toString(), "rollback-declared", 1, "stakeholders", "shop-2026.11.2",
				Map.of("product", "Shop", "impact", "Some orders cannot be placed.", "scope", "Orders", "whatWeDo",
						"We are taking back release 2026.11.2.", "nextUpdateAt", "2026-11-23T02:44:00Z"),
				"lena", NOW.minusSeconds(60), "m@backout", null);
	}

	static Message letter() {
		return new Message(LETTER, RUN.toString(), "rollback-declared", 1, "stakeholders", "shop-2026.11.2", Map.of(),
				"lena", NOW.minusSeconds(60), "m@backout", new Message.Sent(content(), "lena", NOW.minusSeconds(50)));
	}

	static Rendered content() {
		return new Rendered("Shop: problem with Orders", "Some orders cannot be placed.", """
				<!DOCTYPE html><html lang="en"><head><title>Shop: problem with Orders</title>
				<style>h1 { font-size: 20px; }</style></head>
				<body><h1>Shop: problem with Orders</h1><p>Some orders cannot be placed.</p></body></html>
				""");
	}

	static LedgerEntry entry() {
		return new LedgerEntry(1, 0, NOW.minusSeconds(400),
				Deed.of("run.started", "mira", RUN.toString(), Map.of("reason", "Error rate is 7.4 %")), "{}",
				"aGFzaA==");
	}

	static StatusView status() {
		var days = IntStream.range(0, 90)
			.mapToObj((day) -> new StatusView.Day(LocalDate.of(2026, 8, 26).plusDays(day),
					(day < 60) ? null : ((day == 80) ? ComponentStatus.MAJOR_OUTAGE : ComponentStatus.OPERATIONAL),
					(day == 80) ? 1260 : 0))
			.toList();
		var incident = new StatusView.Incident(UUID.randomUUID(), RUN.toString(), "Problem with orders",
				IncidentStatus.IDENTIFIED, List.of("Orders"), NOW.minusSeconds(400), null, NOW.plusSeconds(1200),
				List.of(new StatusView.Update(1, IncidentStatus.IDENTIFIED,
						"Some orders cannot be placed. We know why and are taking the cause back.",
						NOW.minusSeconds(400))));
		return new StatusView(ComponentStatus.PARTIAL_OUTAGE,
				List.of(new StatusView.Component("shop.catalog", "Catalogue", ComponentStatus.OPERATIONAL, days),
						new StatusView.Component("shop.orders", "Orders", ComponentStatus.PARTIAL_OUTAGE, days)),
				List.of(incident), List.of(), List.of(), NOW);
	}

}
