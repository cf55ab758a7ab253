package dev.backout.comms.mail;

import java.nio.file.Path;
import java.time.Clock;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An SMTP server where one is configured, files otherwise. */
@Configuration(proxyBeanMethods = false)
class MailConfiguration {

	@Bean
	Carrier carrier(MailProperties properties, @Value("${backout.data-dir}") Path data, Clock clock) {
		return Carriers.of(properties, data, clock);
	}

}
