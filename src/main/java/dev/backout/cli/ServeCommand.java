package dev.backout.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.springframework.boot.SpringApplication;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Serves the pages until the process is told to end. */
@Command(name = "serve", mixinStandardHelpOptions = true,
		description = "Serves the pages and works on runs until it is stopped.",
		footer = "Every setting can be given as --name=value, for example --server.port=8081.")
class ServeCommand implements Callable<Integer> {

	/** The terminal shows what needs somebody; the rest is in the log file. */
	static final Map<String, Object> QUIET = Map.of("logging.file.name", "${backout.data-dir}/logs/backout.log",
			"logging.threshold.console", "WARN",
			"logging.level.org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext",
			"ERROR", "logging.level.org.springframework.boot.autoconfigure.logging", "WARN",
			"logging.level.org.springdoc.core.events.SpringDocAppInitializer", "ERROR");

	private final Cli cli;

	@Unmatched
	List<String> settings = new ArrayList<>();

	ServeCommand(Cli cli) {
		this.cli = cli;
	}

	@Override
	public Integer call() {
		var application = new SpringApplication(this.cli.application());
		application.setMainApplicationClass(this.cli.application());
		application.setDefaultProperties(QUIET);
		try {
			application.run(this.settings.toArray(String[]::new));
			return Cli.STAYS;
		}
		catch (RuntimeException ex) {
			if (Failures.sentence(ex).isPresent()) {
				// Told already, by whoever reports failures of a start.
				return 1;
			}
			throw ex;
		}
	}

}
