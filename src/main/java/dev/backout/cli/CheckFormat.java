package dev.backout.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.backout.check.Suite;
import dev.backout.check.SuiteRun;
import dev.backout.kernel.Rejected;

/** How the results of a suite are written. The names are what a user types. */
enum CheckFormat {

	/** For people. */
	table {
		@Override
		void write(JsonNode run, PrintStream out) {
			out.printf("%s version %d on %s: %d of %d checks hold%s%n%n", run.path("suite").asText(),
					run.path("version").asInt(), run.path("target").asText(), passed(run), run.path("total").asInt(),
					run.path("state").asText().equals("FINISHED") ? "" : " (" + word(run.path("state")) + ")");
			for (var result : run.path("results")) {
				out.printf("%-12s %-30s %-5s %s; acceptable %s%s%n", word(result.path("outcome")),
						result.path("check").asText(), result.path("severity").asText(),
						result.path("summary").asText(), result.path("minimum").asText(), before(result));
				result.path("evidence").forEach((row) -> out.printf("%14s%s%n", "", line(row)));
				if (result.path("more").asLong() > 0) {
					out.printf("%14sand %,d more%n", "", result.path("more").asLong());
				}
			}
		}
	},

	/** The shape that REST gives. */
	json {
		@Override
		void write(JsonNode run, PrintStream out) {
			out.println(run.toPrettyString());
		}
	},

	/** For build servers: a test case per check. */
	junit {
		@Override
		void write(JsonNode run, PrintStream out) {
			try {
				junit(run, XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8"));
				out.println();
			}
			catch (XMLStreamException ex) {
				throw new IllegalStateException(ex);
			}
		}
	};

	private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule())
		.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
		.disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS);

	abstract void write(JsonNode run, PrintStream out);

	static JsonNode json(SuiteRun run) {
		return JSON.valueToTree(run);
	}

	/** Whether every check was asked and reached its minimum. */
	static boolean held(JsonNode run) {
		return run.path("state").asText().equals("FINISHED") && passed(run) == run.path("total").asInt();
	}

	static int list(List<Suite> suites, String format, PrintWriter out) {
		switch (format) {
			case "json" -> out.println(JSON.valueToTree(suites.stream().map(SuiteJson::of).toList()).toPrettyString());
			case "table" -> suites.forEach((suite) -> {
				out.printf("%s version %d: %s%n", suite.name(), suite.version(), suite.title());
				suite.checks()
					.forEach((check) -> out.printf("  %-30s %-24s %-5s %-12s %s%n", check.name(), check.kind().id(),
							check.severity(), check.owner(), check.minimum()));
			});
			default -> throw new Rejected("input.invalid", "'%s' is no format: give table or json".formatted(format));
		}
		out.flush();
		return 0;
	}

	/** A suite in a list. */
	private record SuiteJson(String suite, int version, String title, String digest, List<String> checks) {

		static SuiteJson of(Suite suite) {
			return new SuiteJson(suite.name(), suite.version(), suite.title(), suite.digest(),
					suite.checks().stream().map((check) -> check.name()).toList());
		}

	}

	private static long passed(JsonNode run) {
		var passed = 0L;
		for (var result : run.path("results")) {
			passed += result.path("outcome").asText().equals("PASS") ? 1 : 0;
		}
		return passed;
	}

	private static String word(JsonNode word) {
		return word.asText().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	private static String before(JsonNode result) {
		var before = result.path("before").path("outcome");
		return (before.isMissingNode() || before.asText().equals(result.path("outcome").asText())) ? ""
				: "; last time " + word(before);
	}

	private static String line(JsonNode row) {
		var line = new StringBuilder();
		row.properties()
			.forEach((cell) -> line.append(line.isEmpty() ? "" : ", ")
				.append(cell.getKey())
				.append(' ')
				.append(cell.getValue().asText().lines().findFirst().orElse("")));
		return line.toString();
	}

	private static void junit(JsonNode run, XMLStreamWriter xml) throws XMLStreamException {
		var wrong = run.path("total").asInt() - passed(run);
		xml.writeStartDocument("UTF-8", "1.0");
		xml.writeStartElement("testsuite");
		xml.writeAttribute("name", clean(run.path("suite").asText() + " on " + run.path("target").asText()));
		xml.writeAttribute("tests", String.valueOf(run.path("total").asInt()));
		xml.writeAttribute("failures", String.valueOf(count(run, "FAIL")));
		xml.writeAttribute("errors", String.valueOf(wrong - count(run, "FAIL")));
		for (var result : run.path("results")) {
			testCase(run, result, xml);
		}
		xml.writeEndElement();
		xml.writeEndDocument();
		xml.flush();
	}

	private static long count(JsonNode run, String outcome) {
		var count = 0L;
		for (var result : run.path("results")) {
			count += result.path("outcome").asText().equals(outcome) ? 1 : 0;
		}
		return count;
	}

	private static void testCase(JsonNode run, JsonNode result, XMLStreamWriter xml) throws XMLStreamException {
		var outcome = result.path("outcome").asText();
		xml.writeStartElement("testcase");
		xml.writeAttribute("classname", clean(run.path("suite").asText()));
		xml.writeAttribute("name", clean(result.path("check").asText()));
		xml.writeAttribute("time",
				String.format(Locale.ROOT, "%.3f", Duration.parse(result.path("took").asText()).toMillis() / 1000.0));
		if (!outcome.equals("PASS")) {
			xml.writeStartElement(outcome.equals("FAIL") ? "failure" : "error");
			xml.writeAttribute("type", outcome);
			xml.writeAttribute("message",
					clean(result.path("summary").asText() + "; acceptable " + result.path("minimum").asText()));
			var evidence = new StringBuilder();
			result.path("evidence").forEach((row) -> evidence.append(line(row)).append('\n'));
			xml.writeCharacters(clean(evidence.toString()));
			xml.writeEndElement();
		}
		xml.writeEndElement();
	}

	/** XML cannot hold control characters. */
	private static String clean(String text) {
		return text.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
	}

}
