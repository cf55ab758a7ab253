package dev.backout.people;

/** What a person may do. */
public enum Role {

	/** Sees everything but secrets. */
	VIEWER,
	/** Declares, starts and steers runs. */
	OPERATOR,
	/** Answers approvals. */
	APPROVER,
	/** Edits playbooks and message templates. */
	DESIGNER,
	/** Reads and exports the ledger. */
	AUDITOR,
	/** Manages people, targets and tokens. */
	ADMIN

}
