package dev.backout.playbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.step.StepType;

/**
 * The step types that come with the application, readable without starting it. A test
 * holds the list equal to the code.
 */
public final class ShippedSteps {

	/** On the class path; written by the test that compares it. */
	public static final String RESOURCE = "/step-types.json";

	private ShippedSteps() {
	}

	public static List<StepType> all() {
		try (var stream = ShippedSteps.class.getResourceAsStream(RESOURCE)) {
			return new ObjectMapper().readValue(stream, new TypeReference<>() {
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
