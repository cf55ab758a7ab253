package dev.backout.cli;

import java.util.Map;

import picocli.CommandLine.Model.CommandSpec;

/**
 * Says an option where a sentence names the application's property for the same thing.
 */
final class OptionNames {

	private static final Map<String, String> OPTIONS = Map.of("backout\\.targets\\.[a-z0-9_-]+\\.url", "--url",
			"backout\\.targets\\.[a-z0-9_-]+\\.user and password", "--user and --password",
			"backout\\.backup\\.encryption-key", "--encryption-key", "backout\\.backup\\.former-encryption-keys",
			"--former-encryption-key", "backout\\.backup\\.engine", "--engine", "backout\\.backup\\.directory",
			"--store", "backout\\.backup\\.pg-dump", "--pg-dump");

	private OptionNames() {
	}

	/** The sentence as somebody reads it who gave this command. */
	static String in(CommandSpec command, String sentence) {
		var told = sentence;
		for (var option : OPTIONS.entrySet()) {
			if (has(command, option.getValue().split(" ")[0])) {
				told = told.replaceAll(option.getKey(), option.getValue());
			}
		}
		return told;
	}

	/** Commands that are methods have their options one level below. */
	private static boolean has(CommandSpec command, String option) {
		return command.findOption(option) != null || command.subcommands()
			.values()
			.stream()
			.anyMatch((below) -> below.getCommandSpec().findOption(option) != null);
	}

}
