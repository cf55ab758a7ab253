package dev.backout.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says from a changelog's text what undoing each changeset gives back. */
@Command(name = "inspect", mixinStandardHelpOptions = true,
		description = "Says from a changelog's text alone what undoing each changeset gives back.",
		footer = { "", "Exit code 0: all verdicts are allowed; 1: one is worse; 2: bad input.",
				"Nothing of the changelog runs and no database is needed." })
class InspectCommand implements Callable<Integer> {

	@Mixin
	ChangelogArguments arguments = new ChangelogArguments();

	@Override
	public Integer call() throws IOException {
		Logs.quiet();
		try (var changelog = this.arguments) {
			var found = changelog.find();
			var verdicts = Verdicts.between(found.inspection(), changelog.from, changelog.to);
			Verdicts.write(verdicts, changelog);
			return verdicts.worst().within(changelog.allowed) ? 0 : 1;
		}
	}

}
