package dev.backout.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.backout.kernel.HttpCalls;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Asks an HTTP address, several times if told so. Each expectation that is not met
 * offends; the latency is that of the nearest rank.
 */
@Component
class HttpProbe implements Probe {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpCalls calls;

	HttpProbe(HttpCalls calls) {
		this.calls = calls;
	}

	@Override
	public boolean measures(CheckKind kind) {
		return kind == CheckKind.HTTP_PROBE;
	}

	@Override
	public Measurement measure(Check check, Subject subject) throws Exception {
		var url = Parameters.text(check, "url").replace("{target}", subject.standsFor());
		var answers = ask(url, check);
		var offending = new ArrayList<Map<String, String>>();
		status(check, answers, offending);
		body(check, answers, offending);
		latency(check, answers, offending);
		var found = Measurement.offending("expectations not met", offending, null);
		return new Measurement(found.value(), "%s by %d answers of %s".formatted(found.summary(), answers.size(), url),
				found.evidence(), found.more(), null);
	}

	private List<HttpCalls.Answer> ask(String url, Check check) throws IOException {
		var deadline = System.nanoTime() + check.timeout().toNanos();
		var answers = new ArrayList<HttpCalls.Answer>();
		for (int request = 0; request < check.parameters().path("requests").asInt(1); request++) {
			var left = java.time.Duration.ofNanos(deadline - System.nanoTime());
			if (left.isNegative() || left.isZero()) {
				throw new IOException(
						"%s gave %d answers in %d ms".formatted(url, answers.size(), check.timeout().toMillis()));
			}
			answers.add(this.calls.get(url, left));
		}
		return answers;
	}

	private static void status(Check check, List<HttpCalls.Answer> answers, List<Map<String, String>> offending) {
		var expected = check.parameters().path("status").asInt(200);
		answers.stream()
			.map(HttpCalls.Answer::status)
			.filter((status) -> status != expected)
			.distinct()
			.forEach((status) -> offending.add(Measurement.row("expectation", "status", "expected",
					String.valueOf(expected), "seen", String.valueOf(status))));
	}

	private static void body(Check check, List<HttpCalls.Answer> answers, List<Map<String, String>> offending) {
		var expectations = Parameters.list(check.parameters().path("json"));
		if (expectations.isEmpty()) {
			return;
		}
		var body = json(answers.get(answers.size() - 1).body());
		for (var expectation : expectations) {
			var pointer = expectation.path("pointer").asText();
			var minimum = SuiteReader.minimum(expectation);
			var found = (body != null) ? body.at(pointer) : null;
			if (found == null || !found.isValueNode() || !minimum.accepts(found.asText())) {
				offending.add(Measurement.row("expectation", pointer, "expected", minimum.toString(), "seen",
						seen(body, found)));
			}
		}
	}

	private static String seen(@Nullable JsonNode body, @Nullable JsonNode found) {
		if (body == null || found == null) {
			return "no JSON";
		}
		return found.isMissingNode() ? "nothing there" : found.isValueNode() ? found.asText() : "an object or list";
	}

	private static @Nullable JsonNode json(String body) {
		try {
			return JSON.readTree(body);
		}
		catch (JsonProcessingException ex) {
			return null;
		}
	}

	private static void latency(Check check, List<HttpCalls.Answer> answers, List<Map<String, String>> offending) {
		var latency = check.parameters().path("latency");
		if (latency.isMissingNode()) {
			return;
		}
		var percentile = latency.path("percentile").asInt();
		var most = Parameters.duration(latency.path("most").asText());
		var sorted = answers.stream().map(HttpCalls.Answer::took).sorted().toList();
		var took = sorted.get((int) Math.ceil(percentile / 100.0 * sorted.size()) - 1);
		if (took.compareTo(most) > 0) {
			offending.add(Measurement.row("expectation", "latency p" + percentile, "expected",
					"at most %d ms".formatted(most.toMillis()), "seen", "%d ms".formatted(took.toMillis())));
		}
	}

}
