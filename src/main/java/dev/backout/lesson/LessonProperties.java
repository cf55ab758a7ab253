package dev.backout.lesson;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Reviews of runs.
 *
 * @param due how long after a run its review must be finished
 */
@ConfigurationProperties("backout.review")
public record LessonProperties(@DefaultValue("5d") Duration due) {
}
