package dev.backout.playbook;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where playbooks come from.
 *
 * @param directory holds {@code *.bpmn}; without it the playbooks that come with the
 * application are used
 */
@ConfigurationProperties("backout.playbooks")
public record PlaybookProperties(@Nullable Path directory) {
}
