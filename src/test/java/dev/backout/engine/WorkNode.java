package dev.backout.engine;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import dev.backout.check.DeviationBeans;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** A node of its own process that works on steps when it is told to. */
final class WorkNode {

	static final String DID = "did ";

	private WorkNode() {
	}

	/**
	 * Arguments are Spring's: where the database is. Reads {@code start} and
	 * {@code stop}, a line each, and says when it did.
	 */
	public static void main(String[] args) throws Exception {
		var context = new SpringApplicationBuilder(EngineSlice.Application.class, FakeSteps.class, DeviationBeans.class,
				WithoutFollowUps.class)
			.web(WebApplicationType.NONE)
			.properties("camunda.bpm.job-execution.enabled=false", "backout.worker.enabled=false")
			.run(args);
		var worker = context.getBean(StepWorker.class);
		System.out.println(DID + "begin");
		var words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (var word = words.readLine(); word != null; word = words.readLine()) {
			if (word.equals("start")) {
				worker.start();
			}
			else {
				worker.stop();
			}
			System.out.println(DID + word);
		}
		System.exit(0);
	}

}
