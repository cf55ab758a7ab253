package dev.backout.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The catalogue that the configuration names, or the demo's. */
@Configuration(proxyBeanMethods = false)
class CatalogConfiguration {

	private static final String SHIPPED = "demo/catalog/";

	@Bean
	Releases releases(CatalogProperties properties, @Value("${backout.demo.enabled:false}") boolean demo,
			@Value("${backout.data-dir}") Path directory) throws IOException {
		var named = properties.directory();
		if (named != null && !named.isBlank()) {
			return Catalog.at(Path.of(named));
		}
		return demo ? Catalog.at(unpack(directory.resolve("demo/catalog"))) : Catalog.empty();
	}

	/** Liquibase and people read files, not entries of a jar. */
	private static Path unpack(Path directory) throws IOException {
		var resources = new PathMatchingResourcePatternResolver().getResources("classpath:" + SHIPPED + "**/*.*");
		for (Resource resource : resources) {
			if (resource.isReadable()) {
				var url = resource.getURL().toString();
				var file = directory.resolve(url.substring(url.lastIndexOf(SHIPPED) + SHIPPED.length()));
				Files.createDirectories(file.getParent());
				try (var in = resource.getInputStream()) {
					Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
				}
			}
		}
		return directory;
	}

}
