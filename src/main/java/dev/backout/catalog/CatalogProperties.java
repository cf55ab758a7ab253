package dev.backout.catalog;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the catalogue is.
 *
 * @param directory with a folder per product; empty for the one that ships with the
 * application
 */
@ConfigurationProperties("backout.catalog")
public record CatalogProperties(@Nullable String directory) {
}
