package dev.backout.engine;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backout.kernel.Rejected;
import dev.backout.playbook.Finding;
import dev.backout.playbook.HostileMutations;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.PlaybookRefused;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Severity;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A good playbook with one thing wrong: whatever the engine's vocabulary holds beyond
 * ours, and what hides it.
 */
@EngineSlice
class HostileMutationTests {

	@Autowired
	PlaybookLint lint;

	@Autowired
	RunDriver driver;

	@Autowired
	JdbcClient jdbc;

	static Stream<Arguments> wrong() {
		return HostileMutations.all().stream().map((one) -> arguments(one.name(), one.playbook(), one.rules()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("wrong")
	void isRefusedWithElementRuleAndMend(String name, byte[] playbook, String rules) {
		var errors = assertTimeoutPreemptively(Duration.ofSeconds(20),
				() -> this.lint.errors(new PlaybookFile("hostile.bpmn", playbook)));

		assertThat(errors).extracting(Finding::rule).containsAnyOf(rules.split("\\|"));
		assertThat(errors).allSatisfy((error) -> {
			assertThat(error.element()).isNotBlank();
			assertThat(error.mend()).isNotBlank();
			assertThat(error.message()).hasSizeLessThan(20_000);
		});
		assertThatExceptionOfType(PlaybookRefused.class).isThrownBy(() -> this.driver.engine.getRepositoryService()
			.createDeployment()
			.addInputStream("hostile.bpmn", new ByteArrayInputStream(playbook))
			.deploy());
	}

	/** As a version may be that was deployed before a rule was made. */
	@ParameterizedTest(name = "{0}")
	@MethodSource("swapped")
	void isRefusedAtTheStart(String name, String playbook) {
		this.driver.peopleArrive();
		var id = "tampered-" + Integer.toHexString(name.hashCode());
		var deployed = this.driver.engine.getRepositoryService()
			.createDeployment()
			.addString(id + ".bpmn", HostileMutations.GOOD.replace("small-rollback", id))
			.deployWithResult();
		this.jdbc.sql("update act_ge_bytearray set bytes_ = :bytes where deployment_id_ = :deployment")
			.param("bytes", bytes(playbook.replace("small-rollback", id)))
			.param("deployment", deployed.getId())
			.update();

		// The engine itself cannot read some of them any more.
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.driver.runs.start(
				new RunRequest(id, RunKind.REAL, id, "shop", Severity.SEV2, "x", null, Map.of()),
				this.driver.person("mira")));
	}

	static Stream<Arguments> swapped() {
		return HostileMutations.swapped()
			.stream()
			.filter((one) -> !one.name().startsWith("id of"))
			.map((one) -> arguments(one.name(), new String(one.playbook(), StandardCharsets.UTF_8)));
	}

	/** What the engine's model knows, put wherever it could stand. */
	@Test
	void everyAttributeOfCamundaIsDecidedAbout() {
		var allowed = Set.of("process historyTimeToLive", "process versionTag", "serviceTask type", "serviceTask topic",
				"serviceTask taskPriority", "serviceTask asyncBefore", "serviceTask asyncAfter",
				"serviceTask exclusive", "serviceTask modelerTemplate", "userTask asyncBefore", "userTask asyncAfter",
				"userTask exclusive", "userTask assignee", "userTask candidateGroups", "userTask candidateUsers",
				"userTask dueDate", "userTask priority", "userTask modelerTemplate", "startEvent asyncBefore",
				"startEvent asyncAfter", "startEvent exclusive", "endEvent asyncBefore", "endEvent asyncAfter",
				"endEvent exclusive", "boundaryEvent asyncBefore", "boundaryEvent asyncAfter",
				"boundaryEvent exclusive", "exclusiveGateway asyncBefore", "exclusiveGateway asyncAfter",
				"exclusiveGateway exclusive", "subProcess asyncBefore", "subProcess asyncAfter", "subProcess exclusive",
				"errorEventDefinition errorCodeVariable", "errorEventDefinition errorMessageVariable");
		var open = new TreeSet<String>();
		for (var attribute : constants("CAMUNDA_ATTRIBUTE_")) {
			for (var element : List.of("process", "serviceTask", "userTask", "boundaryEvent", "sequenceFlow",
					"subProcess", "errorEventDefinition", "startEvent")) {
				var playbook = HostileMutations.GOOD.replaceFirst(
						"<" + element + " (?![^>]*camunda:" + attribute + "=)",
						"<" + element + " camunda:" + attribute + "=\"\\${x.y}\" ");
				if (playbook.equals(HostileMutations.GOOD)) {
					continue;
				}
				var errors = this.lint.errors(new PlaybookFile("hostile.bpmn", bytes(playbook)));
				// What is allowed takes no such value.
				assertThat(errors).as("%s %s", element, attribute).isNotEmpty();
				if (errors.stream().noneMatch((error) -> error.rule().equals("PB004"))
						&& !allowed.contains(element + " " + attribute)) {
					open.add(element + " " + attribute);
				}
			}
		}
		assertThat(open).isEmpty();
	}

	@Test
	void everyElementOfTheEnginesModelIsDecidedAbout() {
		var ours = Set.of("definitions", "process", "startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent",
				"exclusiveGateway", "parallelGateway", "sequenceFlow", "serviceTask", "sendTask", "userTask",
				"subProcess", "timerEventDefinition", "terminateEventDefinition", "errorEventDefinition",
				"messageEventDefinition", "error", "message", "timeDuration", "timeCycle", "conditionExpression",
				"documentation", "text", "incoming", "outgoing", "flowNodeRef", "extensionElements", "laneSet", "lane",
				"collaboration", "group", "category", "textAnnotation", "categoryValue", "participant", "association",
				"properties", "property", "inputOutput", "inputParameter", "formData", "formField", "value",
				"validation", "constraint");
		var places = List.of("</process>", "</subProcess>", "</definitions>", "</serviceTask>", "</userTask>",
				"</boundaryEvent>", "</camunda:inputOutput>", "</camunda:formField>", "</extensionElements>");
		var open = new TreeSet<String>();
		for (var prefix : List.of("BPMN20_NS", "CAMUNDA_NS")) {
			var names = constants(prefix.equals("BPMN20_NS") ? "BPMN_ELEMENT_" : "CAMUNDA_ELEMENT_");
			assertThat(names).hasSizeGreaterThan(20);
			for (var name : names) {
				for (var place : places) {
					var tag = prefix.equals("BPMN20_NS") ? name : "camunda:" + name;
					var playbook = HostileMutations.GOOD.replaceFirst(place, "<" + tag + " id=\"Evil\"/>" + place);
					var refused = this.lint.errors(new PlaybookFile("hostile.bpmn", bytes(playbook)))
						.stream()
						.anyMatch((error) -> error.rule().compareTo("PB100") < 0);
					if (!refused && !ours.contains(name)) {
						open.add(tag + " before " + place);
					}
				}
			}
		}
		assertThat(open).isEmpty();
	}

	@Test
	void largeOnesAreJudgedInBoundedTime() {
		var forks = IntStream.range(0, 3000)
			.mapToObj(
					(n) -> "<parallelGateway id=\"F%d\"/><sequenceFlow id=\"a%d\" sourceRef=\"F%d\" targetRef=\"F%d\"/>"
						.formatted(n, n, n, n + 1)
							+ "<sequenceFlow id=\"b%d\" sourceRef=\"F%d\" targetRef=\"F%d\"/>".formatted(n, n, n + 1))
			.collect(Collectors.joining());
		var decisions = IntStream.range(0, 3000)
			.mapToObj(
					(n) -> ("<exclusiveGateway id=\"G%d\" default=\"c%d\"/><sequenceFlow id=\"c%d\" sourceRef=\"G%d\" "
							+ "targetRef=\"G%d\"/><sequenceFlow id=\"d%d\" sourceRef=\"G%d\" targetRef=\"G%d\"/>")
						.formatted(n, n, n, n, n + 1, n, n, Math.max(0, n - 1)))
			.collect(Collectors.joining());
		var joins = IntStream.range(0, 2500)
			.mapToObj((
					n) -> ("<parallelGateway id=\"J%d\"/><sequenceFlow id=\"e%d\" sourceRef=\"Task_Tell\" targetRef=\"J%d\"/>"
							+ "<sequenceFlow id=\"g%d\" sourceRef=\"J%d\" targetRef=\"J%d\"/>")
						.formatted(n, n, n, n, n, (n + 1) % 2500))
			.collect(Collectors.joining());
		for (var many : List.of(forks, decisions, joins)) {
			var start = many.equals(joins) ? ""
					: "<sequenceFlow id=\"s\" sourceRef=\"Start_Declared\" targetRef=\"%s0\"/>"
						.formatted(many.equals(forks) ? "F" : "G");
			var playbook = bytes(HostileMutations.GOOD.replace("</process>", many + start + "</process>"));

			var errors = assertTimeoutPreemptively(Duration.ofSeconds(30),
					() -> this.lint.errors(new PlaybookFile("large.bpmn", playbook)));

			assertThat(errors).isNotEmpty();
		}
	}

	private static Set<String> constants(String prefix) {
		return Arrays.stream(BpmnModelConstants.class.getFields())
			.filter((field) -> field.getName().startsWith(prefix))
			.map((field) -> {
				try {
					return String.valueOf(field.get(null));
				}
				catch (IllegalAccessException ex) {
					throw new IllegalStateException(ex);
				}
			})
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
