package dev.backout.backup;

import java.util.List;

/**
 * What a look at a target after an exchange found.
 *
 * @param findings what is not in order
 * @param notes what is worth knowing and was so when the backup was taken
 */
public record RestoreCheck(List<String> findings, List<String> notes) {

	public RestoreCheck {
		findings = List.copyOf(findings);
		notes = List.copyOf(notes);
	}

	public boolean held() {
		return this.findings.isEmpty();
	}

}
