package dev.backout.playbook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.backout.step.StepType;

/**
 * What steps and tasks make certain, and what they put in doubt again, as bits: the
 * backup is verified, the sealed plan is approved, the stakeholders are told, and one bit
 * for each question that an approval asks.
 */
final class Safeguards {

	static final long VERIFIED = 1;

	static final long APPROVED = 2;

	static final long TOLD = 4;

	/** Of approvals: the rest of the bits. */
	static final int MAX_QUESTIONS = 60;

	/** Messages to our own people do not tell the stakeholders. */
	private static final List<String> INTERNAL = List.of("person:", "rotation:", "role:", "confirm:");

	// Only the exact question "was it approved?" counts, so that "or true" does not.
	private static final Pattern APPROVES = Pattern
		.compile("\\$\\{\\s*([A-Za-z]\\w*)\\s*(?:==|\\seq\\s)\\s*(?:'approve'|\"approve\")\\s*\\}");

	private final Graph graph;

	private final Map<String, StepType> types;

	private final Map<String, Long> questions = new HashMap<>();

	Safeguards(Graph graph, Map<String, StepType> types) {
		this.graph = graph;
		this.types = types;
		graph.flowNodes()
			.stream()
			.filter(Tasks::approval)
			.map(Tasks::decision)
			.filter((question) -> !question.isEmpty() && this.questions.size() < MAX_QUESTIONS)
			.forEach((question) -> this.questions.putIfAbsent(question, 8L << this.questions.size()));
	}

	boolean destructive(XmlNode node) {
		var type = this.types.get(node.camunda("topic"));
		return type != null && type.destructive();
	}

	/** What is no longer certain once a token was there, whichever way it leaves. */
	long removes(XmlNode node) {
		var removed = destructive(node) ? TOLD : 0;
		if (seals(node)) {
			removed |= APPROVED | this.questions.values().stream().mapToLong(Long::longValue).sum();
		}
		if (node.camunda("topic").equals("backup.take") || Tasks.writes(node, "backupId")) {
			removed |= VERIFIED;
		}
		return removed;
	}

	/** What is sealed anew was not approved yet. */
	private boolean seals(XmlNode node) {
		var type = this.types.get(node.camunda("topic"));
		return type != null && type.outputs().stream().anyMatch((output) -> output.name().equals("planDigest"));
	}

	/** What is certain once the work of a step or task is done. */
	long adds(XmlNode node) {
		if (Tasks.approval(node)) {
			return this.questions.getOrDefault(Tasks.decision(node), 0L);
		}
		if (Tasks.skippable(node)) {
			return 0;
		}
		return switch (node.camunda("topic")) {
			case "backup.verify" -> Tasks.takesAsGiven(node, "backupId") ? VERIFIED : 0;
			case "notify.send" -> tellsStakeholders(node) ? TOLD : 0;
			default -> 0;
		};
	}

	/** Whether a backup of the playbook secures some tables alone. */
	boolean takesSomeTables() {
		return this.graph.flowNodes()
			.stream()
			.anyMatch((node) -> node.camunda("topic").equals("backup.take") && !Tasks.input(node, "tables").isBlank());
	}

	/**
	 * Whether it changes only tables that the backup of the playbook has: puts the same
	 * ones back, or undoes the plan whose tables were taken, and looks at them while it
	 * does.
	 */
	boolean changesWhatWasTaken(XmlNode node) {
		if (!Tasks.takesAsGiven(node, "backupId")) {
			return false;
		}
		return switch (node.camunda("topic")) {
			case "backup.restore" -> !tables(node).isEmpty() && everyBackupIsOf(tables(node));
			case "migration.revert" -> everyBackupIsOf("${planTables}")
					&& this.graph.flowNodes().stream().noneMatch((task) -> Tasks.writes(task, "planTables"));
			default -> false;
		};
	}

	private boolean everyBackupIsOf(String tables) {
		return this.graph.flowNodes()
			.stream()
			.filter((node) -> node.camunda("topic").equals("backup.take"))
			.allMatch((take) -> tables(take).equals(tables));
	}

	private static String tables(XmlNode node) {
		return Tasks.input(node, "tables").replaceAll("\\s", "");
	}

	private static boolean tellsStakeholders(XmlNode node) {
		var audience = Tasks.input(node, "audience");
		return !audience.isEmpty() && !Expressions.present(audience)
				&& INTERNAL.stream().noneMatch(audience::startsWith);
	}

	/** What is certain on a way that is only taken when it was approved. */
	long adds(XmlNode flow, long certain) {
		var source = this.graph.node(flow.attribute("sourceRef"));
		if (source == null || !source.bpmn("exclusiveGateway") || this.graph.fallback(flow)) {
			return 0;
		}
		var matcher = APPROVES.matcher(Graph.condition(flow));
		return matcher.matches() && (certain & this.questions.getOrDefault(matcher.group(1), 0L)) != 0 ? APPROVED : 0;
	}

	/** Whether the step may be done beside the run, while something else waits. */
	static boolean harmless(XmlNode node) {
		return Set.of("page.owner", "notify.send", "status.post").contains(node.camunda("topic"));
	}

}
