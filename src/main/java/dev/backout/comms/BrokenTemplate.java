package dev.backout.comms;

/** A template that cannot be used, with the place and the mend. */
public final class BrokenTemplate extends IllegalArgumentException {

	BrokenTemplate(String template, String why) {
		super("Message template '%s' cannot be used: %s".formatted(template, why));
	}

}
