package dev.backout.playbook;

import java.util.List;

/** The deployed playbooks; whoever has the engine holds them. */
public interface Shelf {

	/** The newest version of each, by id. */
	List<PlaybookVersion> current();

	/** All versions of a playbook, newest first. */
	List<PlaybookVersion> versions(String playbook);

	/**
	 * What a version looks like.
	 * @throws dev.backout.kernel.Rejected {@code playbook.unknown}
	 */
	Outline outline(PlaybookVersion version);

	/**
	 * Makes a file the newest version; runs keep theirs.
	 * @throws PlaybookRefused when it breaks a rule
	 */
	PlaybookVersion deploy(PlaybookFile file);

}
