package dev.backout;

import dev.backout.cli.Cli;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The application; without a command it serves the pages. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class Backout {

	public static void main(String[] args) {
		Cli.main(Backout.class, args);
	}

}
