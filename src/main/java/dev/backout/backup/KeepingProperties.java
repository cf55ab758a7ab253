package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many backups are kept, and when to worry about them.
 *
 * @param last newest backups that are kept, verified or not
 * @param daily days of which the last verified backup is kept
 * @param weekly ISO weeks of which the last verified backup is kept
 * @param monthly months of which the last verified backup is kept
 * @param yearly years of which the last verified backup is kept
 * @param zone time zone in which a day begins
 * @param rpo recovery point objective: an older newest verified backup is an alarm
 * @param rto recovery time objective: a longer expected restore is an alarm
 * @param sizeChange per cent by which a backup may differ in size from the one before it
 * @param drillEvery a backup of the target must have been restored within this time
 * @param drillWindow restore drills take a backup at random of this time
 * @param every targets by name that the schedule does not back up each time it runs, but
 * once their newest backup is this old, such as {@code archive: 7d}
 */
@ConfigurationProperties("backout.backup.keep")
record KeepingProperties(@DefaultValue("3") int last, @DefaultValue("7") int daily, @DefaultValue("5") int weekly,
		@DefaultValue("12") int monthly, @DefaultValue("3") int yearly, @DefaultValue("UTC") ZoneId zone,
		@DefaultValue("26h") Duration rpo, @DefaultValue("1h") Duration rto, @DefaultValue("50") int sizeChange,
		@DefaultValue("8d") Duration drillEvery, @DefaultValue("35d") Duration drillWindow,
		@DefaultValue Map<String, Duration> every) {

	private static final Duration SLACK = Duration.ofHours(1);

	KeepingProperties {
		every = Map.copyOf(every);
	}

	/** Whether the schedule has to take one: a little early rather than a round late. */
	boolean due(String target, @Nullable Instant newest, Instant now) {
		var every = this.every.get(target);
		return every == null || newest == null || !now.isBefore(newest.plus(every).minus(SLACK));
	}

	Generations generations() {
		return new Generations(this.last, this.daily, this.weekly, this.monthly, this.yearly, this.zone);
	}

}
