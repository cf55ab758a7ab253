package dev.backout.run;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What people may attach to a run.
 *
 * @param file how large a file may be
 * @param run how much all files of a run may be together
 */
@Validated
@ConfigurationProperties("backout.evidence")
public record EvidenceProperties(@DefaultValue("10MB") DataSize file, @DefaultValue("200MB") DataSize run) {
}
