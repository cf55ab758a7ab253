package dev.backout.desk;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.plan.Plans;
import dev.backout.run.RunRequest;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/** Which release a restore stands in for. */
class RestoreStartsTests {

	final Releases releases = mock();

	final Plans plans = mock();

	final Runs runs = mock();

	@Test
	void itIsTheNewestThatIsDeployed() {
		theCatalogueHas("shop-1", "shop-2", "shop-3");
		given(this.plans.compute("shop-3", "shop")).willThrow(new Rejected("plan.nothing-deployed", "nothing"));

		assertThat(release()).isEqualTo("shop-2");
	}

	@Test
	void aTargetThatDoesNotAnswerIsRestoredAllTheSame() {
		theCatalogueHas("shop-1", "shop-2");
		given(this.plans.compute("shop-2", "shop")).willThrow(new Rejected("target.unreachable", "broken"));

		assertThat(release()).isEqualTo("shop-2");
	}

	@Test
	void whereNothingIsDeployedTheOldestStandsIn() {
		theCatalogueHas("shop-1", "shop-2");
		given(this.plans.compute(any(), any())).willThrow(new Rejected("plan.nothing-deployed", "nothing"));

		assertThat(release()).isEqualTo("shop-1");
	}

	private void theCatalogueHas(String... ids) {
		var all = Stream.of(ids).map((id) -> {
			Release release = mock();
			given(release.id()).willReturn(id);
			return release;
		}).toList();
		given(this.releases.ofTarget("shop")).willReturn(all);
	}

	private String release() {
		Backups backups = mock();
		given(backups.find("b-1")).willReturn(Optional.of(new Backup("b-1", "shop", Instant.EPOCH, Duration.ZERO,
				"copy", 1, 1, "", "", "", Instant.EPOCH, List.of(), null)));
		Person person = mock();

		new RestoreStarts(backups, this.releases, this.plans, this.runs).start("b-1", Severity.SEV1, "rows are gone",
				person);

		var request = ArgumentCaptor.forClass(RunRequest.class);
		verify(this.runs).start(request.capture(), any());
		return request.getValue().release();
	}

}
