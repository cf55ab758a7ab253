package dev.backout.run;

import java.util.List;
import java.util.Optional;

import dev.backout.people.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The tasks that wait for people. */
@Component
public class Inbox {

	/**
	 * What waits for a person, what escalates first on top.
	 * @param after {@link InboxPage#next} of the page before, or null for the first
	 */
	public InboxPage of(Person person, @Nullable String after, int atMost) {
		throw new UnsupportedOperationException();
	}

	/** What waits in a run, for whomever. */
	public List<InboxTask> open(RunId run) {
		throw new UnsupportedOperationException();
	}

	/** A task that still waits. */
	public Optional<InboxTask> find(String taskId) {
		throw new UnsupportedOperationException();
	}

	/**
	 * A task that still waits.
	 * @throws dev.backout.kernel.Rejected {@code task.answered} when it was answered,
	 * saying by whom and how, {@code task.unknown}
	 */
	public InboxTask get(String taskId) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Answers a task; the same answer by the same person again changes nothing.
	 * @throws dev.backout.kernel.Rejected {@code task.forbidden}, {@code task.four-eyes},
	 * {@code task.answered}, {@code task.stale}, {@code task.reason},
	 * {@code task.choice}, {@code task.unknown}
	 */
	public void answer(String taskId, Answer answer, Person by) {
		throw new UnsupportedOperationException();
	}

	/** Takes a task, so that nobody else answers it meanwhile. */
	public void claim(String taskId, Person by) {
		throw new UnsupportedOperationException();
	}

	/** Hands a task to somebody else, who becomes the one to answer. */
	public void handOver(String taskId, String to, Person by, String reason) {
		throw new UnsupportedOperationException();
	}

}
