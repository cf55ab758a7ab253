package dev.backout.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Rolls the demo's bad release back in the terminal; two people are simulated. */
@Command(name = "demo", mixinStandardHelpOptions = true,
		description = "Rolls the demo's bad release back without a browser: exit code 0 if all held.",
		footer = "Settings of 'serve' may follow, for example --spring.datasource.url=...")
class DemoCommand implements Callable<Integer> {

	private static final int FEWEST = 400;

	private final Cli cli;

	@Option(names = "--directory", paramLabel = "DIR",
			description = "Where the databases, backups and messages go; a temporary directory if not given.")
	@Nullable Path directory;

	@Option(names = "--rows", description = "How many rows the shop has: ${DEFAULT-VALUE}.", defaultValue = "220000")
	int rows;

	@Unmatched
	List<String> settings = new ArrayList<>();

	DemoCommand(Cli cli) {
		this.cli = cli;
	}

	@Override
	public Integer call() throws Exception {
		if (this.rows < FEWEST) {
			throw new Rejected("demo.rows", "--rows must be %d or more, was %d".formatted(FEWEST, this.rows));
		}
		var place = (this.directory != null) ? this.directory : Files.createTempDirectory("backout-demo");
		try {
			return play(place, System.out) ? 0 : 1;
		}
		finally {
			if (this.directory == null) {
				FileSystemUtils.deleteRecursively(place);
			}
		}
	}

	private boolean play(Path place, PrintStream out) throws Exception {
		var began = System.nanoTime();
		out.printf("Setting up PostgreSQL and a shop of %,d rows in %s%n", this.rows, place);
		try (var context = start(place)) {
			var ready = Duration.ofNanos(System.nanoTime() - began);
			out.printf("Ready after %s%n%n", DemoProgress.seconds(ready));
			var play = new DemoPlay(context, out);
			var held = play.rollBack() && play.summarise(place);
			out.printf("%n%s after %s%n", held ? "All of it held" : "Not all of it held",
					DemoProgress.seconds(Duration.ofNanos(System.nanoTime() - began)));
			return held;
		}
	}

	private ConfigurableApplicationContext start(Path place) throws IOException {
		var defaults = new HashMap<String, Object>(ServeCommand.QUIET);
		defaults.put("server.port", "0");
		defaults.put("logging.threshold.console", "OFF");
		var application = new SpringApplication(this.cli.application());
		application.setMainApplicationClass(this.cli.application());
		application.setDefaultProperties(defaults);
		var arguments = new ArrayList<>(List.of("--backout.data-dir=" + place, "--backout.demo.enabled=true",
				"--backout.demo.announce=false", "--backout.demo.rows=" + this.rows));
		arguments.addAll(this.settings);
		return application.run(arguments.toArray(String[]::new));
	}

}
