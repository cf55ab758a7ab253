package dev.backout.cli;

import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * The command line. Exit code 0: all is well; 1: it ran, and something does not hold; 2:
 * bad input, told in one sentence.
 */
@Command(name = "backout", mixinStandardHelpOptions = true, versionProvider = Cli.Version.class,
		description = "Rollbacks that are already rehearsed.", footer = "Without a command it serves the pages.")
public final class Cli implements Callable<Integer> {

	/** The command goes on working after it returned: the process must not end. */
	static final int STAYS = -1;

	private final Class<?> application;

	private Cli(Class<?> application) {
		this.application = application;
	}

	/**
	 * Runs a command and ends the process with its exit code, unless it stays.
	 * @param application the Spring Boot application, for commands that need it
	 */
	public static void main(Class<?> application, String... args) {
		var code = run(application, args);
		if (code != STAYS) {
			System.exit(code);
		}
	}

	/** Runs a command and gives its exit code. */
	static int run(Class<?> application, String... args) {
		var cli = new Cli(application);
		return new CommandLine(cli).addSubcommand(new ServeCommand(cli))
			.addSubcommand(new DemoCommand(cli))
			.addSubcommand(new PlanCommand())
			.addSubcommand(new InspectCommand())
			.addSubcommand(new PlaybookCommand())
			.addSubcommand(new LedgerCommand())
			.addSubcommand(new FingerprintCommand())
			.addSubcommand(new BackupCommand())
			.addSubcommand(new CheckCommand())
			.addSubcommand(new ProveCommand())
			.addSubcommand(new RunCommand())
			.setExecutionExceptionHandler(new OneSentence())
			.setParameterExceptionHandler(Cli::misused)
			.setCaseInsensitiveEnumValuesAllowed(true)
			.execute(withCommand(args));
	}

	/** Spring's own options may come first: they are for {@code serve}. */
	private static String[] withCommand(String[] args) {
		var own = List.of("--help", "-h", "--version", "-V");
		if (args.length > 0 && (own.contains(args[0]) || !args[0].startsWith("--"))) {
			return args;
		}
		var all = new String[args.length + 1];
		all[0] = "serve";
		System.arraycopy(args, 0, all, 1, args.length);
		return all;
	}

	private static int misused(ParameterException ex, String[] args) {
		var command = ex.getCommandLine();
		command.getErr()
			.println("%s. See 'backout %s--help'".formatted(
					String.valueOf(ex.getMessage()).strip().replaceFirst("\\.$", ""),
					command.getParent() != null ? command.getCommandName() + " " : ""));
		return CommandLine.ExitCode.USAGE;
	}

	Class<?> application() {
		return this.application;
	}

	@Override
	public Integer call() {
		CommandLine.usage(this, System.out);
		return CommandLine.ExitCode.OK;
	}

	/** Says what is wrong and how to mend it; the trace is for whoever asks for it. */
	private static final class OneSentence implements IExecutionExceptionHandler {

		@Override
		public int handleExecutionException(Exception ex, CommandLine command, CommandLine.ParseResult arguments)
				throws Exception {
			var sentence = Failures.sentence(ex);
			if (sentence.isEmpty()) {
				throw ex;
			}
			command.getErr().println(OptionNames.in(command.getCommandSpec(), sentence.get()));
			return CommandLine.ExitCode.USAGE;
		}

	}

	static final class Version implements IVersionProvider {

		@Override
		public String[] getVersion() {
			var version = Cli.class.getPackage().getImplementationVersion();
			return new String[] { "backout " + ((version != null) ? version : "(from source)") };
		}

	}

}
