package dev.backout.playbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** A good playbook with one thing wrong each: what is foreign, endless, or hidden. */
public final class HostileMutations {

	public static final String GOOD = read("src/test/resources/harmless/small-rollback.bpmn");

	private HostileMutations() {
	}

	/**
	 * One of them.
	 *
	 * @param rules any of which refuses it, parted by {@code |}
	 */
	public record Mutation(String name, byte[] playbook, String rules) {
	}

	public static List<Mutation> all() {
		var all = new ArrayList<Mutation>();
		elements().forEach((element) -> all.add(
				new Mutation(element, bytes(GOOD.replace("</process>", element + "</process>")), "PB003|PB004|PB011")));
		definitions().forEach((element) -> all
			.add(new Mutation(element, bytes(GOOD.replace(" <process ", element + " <process ")), "PB003|PB011")));
		all.addAll(swapped());
		documents().forEach((name, document) -> all.add(new Mutation(name, document, "PB001|PB010")));
		return all;
	}

	/** Those that have something else in the place of something good. */
	public static List<Mutation> swapped() {
		var all = new ArrayList<Mutation>();
		new TreeMap<>(swaps()).forEach((name, swap) -> {
			assertThat(GOOD).as(name).contains(swap[0]);
			all.add(new Mutation(name, bytes(GOOD.replace(swap[0], swap[1])), swap[2]));
		});
		return all;
	}

	/** Elements of a process that we do not have. */
	private static List<String> elements() {
		return List.of("<callActivity id=\"Evil\" calledElement=\"small-rollback\"/>",
				"<callActivity id=\"Evil\" calledElement=\"${release}\" camunda:calledElementBinding=\"latest\"/>",
				"<subProcess id=\"Evil\" triggeredByEvent=\"true\"><startEvent id=\"EvilStart\"><timerEventDefinition>"
						+ "<timeCycle>R/PT0S</timeCycle></timerEventDefinition></startEvent></subProcess>",
				"<transaction id=\"Evil\"/>", "<manualTask id=\"Evil\"/>", "<task id=\"Evil\"/>",
				"<receiveTask id=\"Evil\" messageRef=\"Msg_Abort\"/>", "<complexGateway id=\"Evil\"/>",
				"<intermediateThrowEvent id=\"Evil\"><compensateEventDefinition/></intermediateThrowEvent>",
				"<intermediateThrowEvent id=\"Evil\"><linkEventDefinition name=\"a\"/></intermediateThrowEvent>",
				"<intermediateThrowEvent id=\"Evil\"><escalationEventDefinition/></intermediateThrowEvent>",
				"<intermediateThrowEvent id=\"Evil\"><messageEventDefinition camunda:class=\"a.B\"/></intermediateThrowEvent>",
				"<dataObject id=\"Evil\"/>", "<dataObjectReference id=\"Evil\" dataObjectRef=\"x\"/>",
				"<ioSpecification id=\"Evil\"/>", "<property id=\"Evil\" name=\"x\"/>",
				"<resourceRole id=\"Evil\"><resourceAssignmentExpression/></resourceRole>",
				"<correlationSubscription id=\"Evil\" correlationKeyRef=\"x\"/>", "<supports>x</supports>",
				"<monitoring/>", "<auditing/>", "<subChoreography id=\"Evil\"/>", "<implicitThrowEvent id=\"Evil\"/>",
				"<event id=\"Evil\"/>", "<subConversation id=\"Evil\"/>", "<artifact id=\"Evil\"/>");
	}

	/** Elements of a file that we do not have. */
	private static List<String> definitions() {
		return List.of("<globalScriptTask id=\"Evil\"/>", "<globalTask id=\"Evil\"/>", "<globalUserTask id=\"Evil\"/>",
				"<globalBusinessRuleTask id=\"Evil\"/>", "<choreography id=\"Evil\"/>",
				"<globalConversation id=\"Evil\"/>", "<itemDefinition id=\"Evil\" structureRef=\"java.lang.Runtime\"/>",
				"<dataStore id=\"Evil\"/>", "<interface id=\"Evil\" name=\"x\" implementationRef=\"java:Runtime\"/>",
				"<resource id=\"Evil\" name=\"x\"/>", "<signal id=\"Evil\" name=\"x\"/>",
				"<escalation id=\"Evil\" escalationCode=\"x\"/>", "<correlationProperty id=\"Evil\"/>",
				"<extension mustUnderstand=\"true\"/>", "<relationship id=\"Evil\" type=\"x\"/>",
				"<endPoint id=\"Evil\"/>", "<partnerEntity id=\"Evil\" name=\"x\"/>",
				"<import location=\"http://localhost/x\" namespace=\"x\" importType=\"x\"/>");
	}

	/** What stands there, what is put instead, and the rule. */
	private static Map<String, String[]> swaps() {
		var step = "<serviceTask id=\"Task_Seal\" name=\"Seal the plan\" camunda:type=\"external\"";
		var condition = "<conditionExpression xsi:type=\"tFormalExpression\">${what == 'again'}</conditionExpression>";
		var cycle = "R5/${decisionPatience}";
		var body = "camunda:topic=\"plan.seal\"></serviceTask>";
		return Map.ofEntries(swap("every zero seconds", cycle, "R/PT0S", "PB007"),
				swap("bounded, every zero seconds", cycle, "R9/PT0S", "PB007"),
				swap("as often as an int can count", cycle, "R2147483647/PT1M", "PB007"),
				swap("a millisecond", cycle, "R9/PT0.001S", "PB007"), swap("backwards", cycle, "R9/PT-5M", "PB007"),
				swap("longer than time", cycle, "R9/PT9223372036854775807H", "PB007"),
				swap("for ever beside a task", cycle, "R/2026-01-01T02:00:00Z/P1D", "PB007"),
				swap("before all time", cycle, "R/-999999999-01-01T00:00:00Z/P1D", "PB007"),
				swap("billion times", body,
						"camunda:topic=\"plan.seal\"><multiInstanceLoopCharacteristics isSequential=\"true\">"
								+ "<loopCardinality>1000000000</loopCardinality></multiInstanceLoopCharacteristics></serviceTask>",
						"PB003"),
				swap("as many as a collection has", body,
						"camunda:topic=\"plan.seal\"><multiInstanceLoopCharacteristics camunda:collection=\"${release}\" "
								+ "camunda:elementVariable=\"x\"/></serviceTask>",
						"PB003"),
				swap("huge id", "id=\"Gateway_What\"", "id=\"G" + "x".repeat(5000) + "\"", "PB007"),
				swap("Cyrillic element", body,
						"camunda:topic=\"plan.seal\"><extensionElements><camunda:inputOutput><camunda:inputP\u0430rameter "
								+ "name=\"a\">b</camunda:inputP\u0430rameter></camunda:inputOutput></extensionElements></serviceTask>",
						"PB003"),
				swap("Cyrillic attribute", step, step + " camunda:t\u043epic=\"x\"", "PB004"),
				swap("Cyrillic variable", "${what == 'again'}", "${wh\u0430t == 'again'}", "PB006"),
				swap("Cyrillic namespace", "http://camunda.org/schema/1.0/bpmn",
						"http://c\u0430munda.org/schema/1.0/bpmn", "PB004|PB005"),
				swap("namespace with a blank", "http://camunda.org/schema/1.0/bpmn",
						"http://camunda.org/schema/1.0/bpmn ", "PB004|PB005"),
				swap("Activiti's namespace", "http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn",
						"PB004|PB005"),
				swap("Flowable's namespace", step,
						step + " xmlns:flowable=\"http://flowable.org/bpmn\" flowable:class=\"a.B\"", "PB004"),
				swap("another prefix", step, step + " xmlns:c=\"http://camunda.org/schema/1.0/bpmn\" c:class=\"a.B\"",
						"PB004"),
				swap("implementation", step, step + " implementation=\"##WebService\"", "PB004"),
				swap("language", condition, condition.replace("xsi:type", "language=\"groovy\" xsi:type"), "PB004"),
				swap("type of another kind", condition, condition.replace("tFormalExpression", "tScriptTask"), "PB007"),
				swap("typed as an expression", step, step + " xsi:type=\"tFormalExpression\"", "PB004|PB007"),
				swap("nil", condition, condition.replace("xsi:type", "xsi:nil=\"true\" xsi:type"), "PB004"),
				swap("inline decision table", body, "camunda:topic=\"plan.seal\"><extensionElements><dmn:decision "
						+ "xmlns:dmn=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d\"/></extensionElements></serviceTask>",
						"PB005"),
				swap("script without a namespace", body,
						"camunda:topic=\"plan.seal\"><extensionElements><script xmlns=\"\">x</script></extensionElements></serviceTask>",
						"PB005"),
				swap("script as an extension", body,
						"camunda:topic=\"plan.seal\"><extensionElements><camunda:script scriptFormat=\"groovy\">x"
								+ "</camunda:script></extensionElements></serviceTask>",
						"PB003|PB011"),
				swap("condition in two sections", condition,
						"<conditionExpression xsi:type=\"tFormalExpression\">${what == 'again'<![CDATA[ or ''.class}]]></conditionExpression>",
						"PB006"),
				swap("comment within an expression", condition,
						"<conditionExpression xsi:type=\"tFormalExpression\">${what<!-- -->.class == 'again'}</conditionExpression>",
						"PB006"),
				swap("for a compensation", step, step + " isForCompensation=\"true\"", "PB004"),
				swap("started many times", step, step + " startQuantity=\"1000000\"", "PB004"),
				swap("error that is a variable", "errorCode=\"stale\"", "errorCode=\"${release}\"", "PB007"),
				swap("message that is an expression", "<message id=\"Msg_Abort\" name=\"abort\"/>",
						"<message id=\"Msg_Abort\" name=\"abort-${release}\"/>", "PB007"),
				swap("abort with another's name", "<message id=\"Msg_Abort\" name=\"abort\"/>",
						"<message id=\"Msg_Abort\" name=\"\u0430bort\"/>", "PB125"),
				swap("decision without a condition", condition, "", "PB123"),
				swap("answer of another alphabet", "${approval == 'approve'}", "${approval == '\u0430pprove'}",
						"PB111"),
				swap("id of a script", "<process id=\"small-rollback\"", "<process id=\"&lt;script>\"", "PB007"),
				swap("id of a path", "<process id=\"small-rollback\"", "<process id=\"../../etc/passwd\"", "PB007"));
	}

	private static Map.Entry<String, String[]> swap(String name, String from, String to, String rules) {
		return Map.entry(name, new String[] { from, to, rules });
	}

	/** Whole files. */
	private static Map<String, byte[]> documents() {
		var undeclared = GOOD.replace(" encoding=\"UTF-8\"", "");
		return Map.ofEntries(Map.entry("UTF-16", GOOD.replace("UTF-8", "UTF-16").getBytes(StandardCharsets.UTF_16)),
				Map.entry("UTF-16 that nobody declares", undeclared.getBytes(StandardCharsets.UTF_16LE)),
				Map.entry("UTF-32", GOOD.replace("UTF-8", "UTF-32").getBytes(Charset.forName("UTF-32"))),
				Map.entry("EBCDIC", GOOD.replace("UTF-8", "Cp037").getBytes(Charset.forName("Cp037"))),
				Map.entry("UTF-7 by name", bytes(GOOD.replace("UTF-8", "UTF-7"))),
				Map.entry("two marks of order", bytes("\ufeff\ufeff" + GOOD)),
				Map.entry("a null", bytes(GOOD.replace("Seal the plan", "Seal\0the plan"))),
				Map.entry("half a character",
						concat(bytes(GOOD), new byte[] { (byte) 0xed, (byte) 0xa0, (byte) 0x80 })),
				Map.entry("DOCTYPE behind a comment",
						bytes(GOOD.replace("<definitions ", "<!-- x --><!DOCTYPE definitions><definitions "))),
				Map.entry("DOCTYPE with a subset",
						bytes(GOOD.replace("<definitions ", "<!DOCTYPE d [<!ENTITY a \"b\">]><definitions "))),
				Map.entry("entity that nobody declares", bytes(GOOD.replace("Seal the plan", "Seal &the; plan"))),
				Map.entry("a second document", bytes(GOOD + "<definitions/>")),
				Map.entry("100,000 elements",
						bytes(GOOD.replace("</process>", "<textAnnotation/>".repeat(100_000) + "</process>"))),
				Map.entry("1,000 levels",
						bytes(GOOD.replace("</process>",
								"<subProcess>".repeat(1000) + "</subProcess>".repeat(1000) + "</process>"))),
				Map.entry("three megabytes", bytes(GOOD.replace("</process>", " ".repeat(3_000_000) + "</process>"))),
				Map.entry("a name of 100,000 characters", bytes(GOOD.replace("Seal the plan", "x".repeat(100_000)))),
				Map.entry("nothing", new byte[0]), Map.entry("no XML", bytes("{}")));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] concat(byte[] one, byte[] other) {
		var all = Arrays.copyOf(one, one.length + other.length);
		System.arraycopy(other, 0, all, one.length, other.length);
		return all;
	}

	private static String read(String path) {
		try {
			return Files.readString(Path.of(path));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
