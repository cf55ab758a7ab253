package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which targets have their turn when the schedule runs. */
class KeepingPropertiesTests {

	static final Instant NOW = Instant.parse("2026-11-23T02:00:00Z");

	final KeepingProperties properties = new KeepingProperties(2, 7, 4, 12, 3, ZoneId.of("UTC"), Duration.ofHours(26),
			Duration.ofHours(1), 50, Duration.ofDays(8), Duration.ofDays(35), Map.of("archive", Duration.ofDays(7)));

	@Test
	void eachTimeUnlessToldOtherwise() {
		assertThat(this.properties.due("shop", NOW.minusSeconds(60), NOW)).isTrue();
	}

	@Test
	void onceTheNewestIsOldEnough() {
		assertThat(this.properties.due("archive", null, NOW)).isTrue();
		assertThat(this.properties.due("archive", NOW.minus(Duration.ofDays(6)), NOW)).isFalse();
		assertThat(this.properties.due("archive", NOW.minus(Duration.ofDays(7)), NOW)).isTrue();
	}

	@Test
	void aBackupFollowsEachMigrationUnlessItIsSwitchedOff() {
		assertThat(bound(Map.of()).afterMigration()).isTrue();
		assertThat(bound(Map.of("backout.backup.after-migration", "false")).afterMigration()).isFalse();
	}

	private static BackupProperties bound(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("backout.backup",
				BackupProperties.class);
	}

	@Test
	void aBackupThatTookAWhileDoesNotCostARound() {
		var aWhileAfterTwo = NOW.minus(Duration.ofDays(7)).plus(Duration.ofMinutes(40));

		assertThat(this.properties.due("archive", aWhileAfterTwo, NOW)).isTrue();
	}

}
