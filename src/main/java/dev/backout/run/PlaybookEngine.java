package dev.backout.run;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backout.people.Person;
import dev.backout.playbook.Outline;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.playbook.PlaybookVersion;

/**
 * What a run needs of the engine that moves its token. Every call joins the caller's
 * transaction, and enforces who may do it whatever the caller has checked.
 */
public interface PlaybookEngine {

	/**
	 * The newest version of a playbook.
	 * @throws dev.backout.kernel.Rejected {@code playbook.unknown}
	 */
	PlaybookVersion current(String playbook);

	/** Number of the newest version of a playbook; 0 when there is none. */
	int newest(String playbook);

	/** What a version looks like. */
	Outline outline(PlaybookVersion version);

	void start(PlaybookVersion version, RunId run, Map<String, String> variables, Person requester);

	/** The task is done with these values for the playbook. */
	void complete(InboxTask task, Map<String, String> values, Person by);

	void assign(InboxTask task, String assignee, Person by);

	/**
	 * Hands a task on for an operator who need not be named for it. The requester still
	 * never gets an approval.
	 */
	void reassign(InboxTask task, String assignee);

	void addCandidates(InboxTask task, Set<String> people);

	/** Lets a failed execution of a step be tried again at once. */
	void retry(String key, String remark);

	/** Leaves a step and goes on behind it. */
	void skip(RunId run, String stepId, String remark);

	/** Why a run cannot be moved to another version now; empty when it can. */
	List<String> obstacles(RunId run, PlaybookVersion to, PlaybookDifference difference);

	/** Goes on by another version where the run stands. */
	void move(RunId run, PlaybookVersion to);

	/** Whether the playbook can be aborted where it stands. */
	boolean abortable(RunId run);

	/**
	 * Aborts the run if none of its steps is at work; otherwise whoever ends the last one
	 * does it.
	 */
	void abortWhenIdle(RunId run);

}
