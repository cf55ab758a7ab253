package dev.backout;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The application; without a command it serves the pages. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class Backout {

	public static void main(String[] args) {
		SpringApplication.run(Backout.class, args);
	}

}
