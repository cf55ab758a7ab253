package dev.backout.playbook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backout.comms.Templates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/** What the rules let in, and that no file is too much for them. */
class PlaybookLintTests {

	static final PlaybookLint LINT = new PlaybookLint(ShippedSteps::all, () -> Templates.in(null).all());

	static Stream<Path> harmless() throws IOException {
		return Stream.concat(Files.list(Path.of("src/test/resources/harmless")), Files.list(Path.of("bpmn")))
			.filter((file) -> file.toString().endsWith(".bpmn"))
			.sorted();
	}

	@ParameterizedTest
	@MethodSource("harmless")
	void harmlessPlaybooksPass(Path file) throws IOException {
		assertThat(LINT.errors(new PlaybookFile(file.toString(), Files.readAllBytes(file)))).isEmpty();
	}

	@Test
	void everyRuleHasAPlaybookThatBreaksIt() throws IOException {
		try (var files = Files.list(Path.of("src/test/resources/hostile"))) {
			var broken = files.flatMap((file) -> findings(file).stream())
				.map(Finding::rule)
				.collect(Collectors.toSet());

			// Other files than .bpmn meet the engine's own deployment only.
			assertThat(Stream.of(Rule.values()).map(Rule::id).filter((id) -> !id.equals("PB002")))
				.allSatisfy((id) -> assertThat(broken).contains(id));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16", "UTF-16LE", "UTF-32", "ISO-8859-1" })
	void otherEncodingsAreRefused(String encoding) throws IOException {
		var text = Files.readString(Path.of("src/test/resources/harmless/small-rollback.bpmn"))
			.replace("UTF-8", encoding)
			.replace("Small rollback", "Kleiner R\u00fcckbau");

		assertThat(LINT.errors(new PlaybookFile("x.bpmn", text.getBytes(java.nio.charset.Charset.forName(encoding)))))
			.extracting(Finding::rule)
			.containsExactly("PB001");
	}

	@Test
	void aByteOrderMarkOfUtf8IsNoHarm() throws IOException {
		var text = Files.readString(Path.of("src/test/resources/harmless/small-rollback.bpmn"));

		assertThat(check("\ufeff" + text)).isEmpty();
	}

	@Test
	void thousandsOfDecisionsInARowAreNoTrouble() {
		var gateways = IntStream.range(0, 1500)
			.mapToObj(
					(i) -> """
							<exclusiveGateway id="g%1$d" default="a%1$d"/><sequenceFlow id="a%1$d" sourceRef="g%1$d" targetRef="g%2$d"/>
							<sequenceFlow id="b%1$d" sourceRef="g%1$d" targetRef="g%2$d"><conditionExpression>${severity == 'SEV%1$d'}</conditionExpression></sequenceFlow>
							"""
						.formatted(i, i + 1))
			.collect(Collectors.joining());

		var errors = within(process("""
				<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="g0"/>%s
				<endEvent id="g1500" name="End"/>""".formatted(gateways)));

		assertThat(errors).extracting(Finding::rule).containsOnly("PB112");
	}

	@Test
	void thousandsOfForksInForksAreRefusedAndNoTrouble() {
		var gateways = IntStream.range(0, 1500).mapToObj((i) -> """
				<parallelGateway id="g%1$d"/><sequenceFlow id="a%1$d" sourceRef="g%1$d" targetRef="g%2$d"/>
				<sequenceFlow id="b%1$d" sourceRef="g%1$d" targetRef="g%2$d"/>
				""".formatted(i, i + 1)).collect(Collectors.joining());

		var errors = within(process("""
				<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="g0"/>%s
				<userTask id="g1500" name="Ask"/>""".formatted(gateways)));

		assertThat(errors).extracting(Finding::rule).contains("PB126");
	}

	@Test
	void everythingLeadingEverywhereIsNoTrouble() {
		var nodes = IntStream.range(0, 90)
			.mapToObj((i) -> "<exclusiveGateway id=\"g%d\"/>".formatted(i))
			.collect(Collectors.joining());
		var flows = IntStream.range(0, 90 * 90)
			.mapToObj((i) -> "<sequenceFlow id=\"f%d\" sourceRef=\"g%d\" targetRef=\"g%d\"/>".formatted(i, i / 90,
					i % 90))
			.collect(Collectors.joining());

		var errors = within(process(
				"<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"g0\"/>" + nodes + flows));

		assertThat(errors).extracting(Finding::rule).contains("PB109");
	}

	@Test
	void thousandsOfApprovalsAreNoTrouble() {
		var tasks = IntStream.range(0, 1500)
			.mapToObj(
					(i) -> """
							<userTask id="t%1$d" name="T"><extensionElements><camunda:formData><camunda:formField id="v%1$d" label="x" type="enum"><camunda:value id="approve" name="y"/></camunda:formField></camunda:formData><camunda:properties><camunda:property name="kind" value="approval"/></camunda:properties></extensionElements></userTask>
							<sequenceFlow id="a%1$d" sourceRef="t%1$d" targetRef="t%2$d"/>
							"""
						.formatted(i, i + 1))
			.collect(Collectors.joining());

		var errors = within(process("""
				<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t0"/>%s
				<endEvent id="t1500" name="End"/>""".formatted(tasks)));

		assertThat(errors).extracting(Finding::rule).contains("PB106", "PB107");
	}

	/** Generous: a machine may be busy, but what explodes takes hours. */
	private static List<Finding> within(String document) {
		return assertTimeout(Duration.ofSeconds(30), () -> check(document));
	}

	private static String process(String content) {
		return """
				<?xml version="1.0" encoding="UTF-8"?>
				<definitions xmlns="%s" xmlns:camunda="%s" targetNamespace="t">
				<process id="p" isExecutable="true" camunda:historyTimeToLive="P1D">%s</process></definitions>
				""".formatted(XmlNode.BPMN, XmlNode.CAMUNDA, content);
	}

	private static List<Finding> check(String document) {
		return LINT.errors(new PlaybookFile("x.bpmn", document.getBytes(StandardCharsets.UTF_8)));
	}

	private static List<Finding> findings(Path file) {
		try {
			return LINT.check(new PlaybookFile(file.toString(), Files.readAllBytes(file)));
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
