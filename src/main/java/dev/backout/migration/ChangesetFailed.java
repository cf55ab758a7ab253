package dev.backout.migration;

/** A changeset failed in the database and was taken back; those before it stay. */
public class ChangesetFailed extends RuntimeException {

	public ChangesetFailed(String reason, Throwable cause) {
		super(reason, cause);
	}

}
