package dev.backout.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The record: to take it out, and to verify it without us. */
@Command(name = "ledger", mixinStandardHelpOptions = true, description = "Exports the ledger, or verifies an export.",
		subcommands = { LedgerExportCommand.class, LedgerVerifyCommand.class })
class LedgerCommand implements Callable<Integer> {

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Override
	public Integer call() {
		this.spec.commandLine().usage(this.spec.commandLine().getErr());
		return CommandLine.ExitCode.USAGE;
	}

}
