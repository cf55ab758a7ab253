package dev.backout.catalog;

import dev.backout.kernel.Rejected;

/** A file of the catalogue does not say what it must; the reason names file and line. */
public class InvalidManifest extends Rejected {

	public InvalidManifest(String reason) {
		super("catalog.invalid-manifest", reason);
	}

}
