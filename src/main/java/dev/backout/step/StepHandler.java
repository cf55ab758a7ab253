package dev.backout.step;

/**
 * The code behind one kind of step.
 * <p>
 * The engine repeats a call that a crash cut short, and cannot know how far it got. So
 * look for the effect before producing it: a second call finds the work done and ends the
 * same way. No transaction is open while a handler works; it may take hours.
 */
public interface StepHandler {

	/** What playbooks call it, and what it takes and gives. */
	StepType type();

	/**
	 * Does the work, or finds it done.
	 * @throws Exception when the world is broken: the engine repeats the step with a
	 * back-off and then opens an engine incident with this cause
	 */
	StepOutcome execute(StepContext step) throws Exception;

}
