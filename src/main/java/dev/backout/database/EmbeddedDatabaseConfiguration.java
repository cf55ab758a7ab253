package dev.backout.database;

import java.nio.file.Path;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Our own database on the embedded server, unless {@code spring.datasource.url} names
 * another.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${spring.datasource.url:}'.isEmpty()")
class EmbeddedDatabaseConfiguration {

	static final String DATABASE = "backout";

	@Bean
	EmbeddedServer embeddedServer(@Value("${backout.data-dir}") Path directory,
			@Value("${backout.embedded.port:0}") int port) {
		var server = EmbeddedServer.start(directory.resolve("postgres"), port);
		server.ensureDatabase(DATABASE);
		return server;
	}

	@Bean
	@ConfigurationProperties("spring.datasource.hikari")
	DataSource dataSource(EmbeddedServer server) {
		return DataSourceBuilder.create()
			.type(HikariDataSource.class)
			.url(server.url(DATABASE))
			.username("postgres")
			.password("postgres")
			.build();
	}

}
