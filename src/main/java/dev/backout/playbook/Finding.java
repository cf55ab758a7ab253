package dev.backout.playbook;

/**
 * What is wrong with a playbook, and where.
 *
 * @param file the file's name
 * @param element id that a designer can select, or {@code (document)}
 * @param line in the file, from 1; 0 when unknown
 * @param level an error keeps the playbook out
 * @param rule stable id such as {@code PB001}
 * @param message what is wrong
 * @param mend what to do about it
 */
public record Finding(String file, String element, int line, Level level, String rule, String message, String mend) {

	/** How bad it is. */
	public enum Level {

		ERROR, WARNING

	}

	@Override
	public String toString() {
		return "%s:%d [%s] %s %s (%s)".formatted(this.file, this.line, this.element, this.rule, this.message,
				this.mend);
	}

}
