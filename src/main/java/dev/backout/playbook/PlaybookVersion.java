package dev.backout.playbook;

/**
 * A playbook as deployed once; a run keeps the one that it started with.
 *
 * @param id the process id, for example {@code rollback-release}
 * @param version counts up with every changed deployment, from 1
 * @param title as people read it
 * @param digest SHA-256 of the file's bytes
 */
public record PlaybookVersion(String id, int version, String title, String digest) {

	@Override
	public String toString() {
		return this.id + " v" + this.version;
	}

}
