package dev.backout.migration;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/** What is kept, until when, and who let go of it. */
class RetentionTests {

	private static final String SETUP = "create table t (id int primary key, v int, w int);"
			+ "insert into t select i, i, i from generate_series(1, 10) i";

	@TempDir
	Path directory;

	private final List<Deed> deeds = new ArrayList<>();

	private Shop shop() {
		return Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nalter table t drop column v;\n"
					+ "--changeset a:2\nselect backout.stash_column('t', 'w', 'mine/it''s \"odd\" №1');\n"
					+ "--rollback select backout.restore_column('mine/it''s \"odd\" №1');\n");
	}

	private Retention retention(Shop shop, Instant now) {
		var target = new Target("shop", shop.database.url(), "postgres", Secret.of("postgres"));
		return new Retention(Targets.of(target), mock(dev.backout.catalog.Releases.class), (deed) -> {
			this.deeds.add(deed);
			return this.deeds.size();
		}, mock(PlatformTransactionManager.class), Clock.fixed(now, ZoneOffset.UTC),
				new RetentionProperties(Duration.ofDays(30)));
	}

	private static final String STASH = "mine/it's \"odd\" №1";

	@Test
	void nothingIsKeptWhereNothingWasApplied() {
		try (var shop = Shop.with(this.directory, SETUP)) {
			assertThat(retention(shop, Instant.now()).kept("shop")).isEmpty();
			assertThat(retention(shop, Instant.now()).due()).isEmpty();
		}
	}

	@Test
	void itsOwnerIsAskedOnceItsTimeIsOverAndMayKeepItOn() {
		try (var shop = shop()) {
			shop.apply();
			var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
			assertThat(retention(shop, now).due()).isEmpty();
			var later = now.plus(Duration.ofDays(31));
			var retention = retention(shop, later);

			assertThat(retention.kept("shop")).hasSize(2).allSatisfy((thing) -> {
				assertThat(thing.owner()).isEqualTo("commander");
				assertThat(thing.due(later)).isTrue();
			});
			assertThat(retention.kept("shop", STASH).bytes()).isPositive();
			retention.keepOn("shop", STASH, later.plus(Duration.ofDays(90)), "mira", "The audit needs it");

			assertThat(retention.kept("shop", STASH).until()).isEqualTo(later.plus(Duration.ofDays(90)));
			assertThat(retention.due()).get().satisfies((due) -> assertThat(due.thing().kind()).isEqualTo("hidden"));
			assertThat(this.deeds).singleElement().satisfies((deed) -> {
				assertThat(deed.kind()).isEqualTo("migration.kept-on");
				assertThat(deed.parameters()).containsEntry("reason", "The audit needs it")
					.containsEntry("stash", STASH);
			});
		}
	}

	@Test
	void keepingOnTakesADayAhead() {
		try (var shop = shop()) {
			shop.apply();
			var now = Instant.now();
			var retention = retention(shop, now);

			for (var until : List.of(now, now.minusSeconds(60), now.plus(Duration.ofDays(4000)))) {
				assertThatExceptionOfType(Rejected.class)
					.isThrownBy(() -> retention.keepOn("shop", STASH, until, "mira", "r"))
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo("kept.until"));
			}
			assertThat(this.deeds).isEmpty();
		}
	}

	@Test
	void lettingGoIsRecordedHereAndThereAndCannotBeDoneTwice() {
		try (var shop = shop()) {
			shop.apply();
			var retention = retention(shop, Instant.now());

			retention.retire("shop", STASH, "omar", "Privacy");

			assertThat(retention.kept("shop")).extracting(KeptThing::kind).containsExactly("hidden");
			assertThat(shop.one("select decisions -> 0 ->> 'who' from backout.stash where retired_at is not null"))
				.isEqualTo("omar");
			assertThat(shop.one("select count(*) from pg_tables where schemaname = 'backout_stash'")).isEqualTo("0");
			assertThat(shop.one("select locked from databasechangeloglock")).isEqualTo("f");
			assertThatExceptionOfType(Rejected.class).isThrownBy(() -> retention.retire("shop", STASH, "omar", "Again"))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("kept.unknown"));
			assertThat(this.deeds).extracting(Deed::kind).containsExactly("migration.retired");
			assertThatExceptionOfType(IrreversibleChange.class).isThrownBy(() -> shop.revert())
				.withMessageContaining("was kept until");
		}
	}

	@Test
	void whatFoundNoRowToReturnToStaysListedWithItsConflicts() {
		try (var shop = shop()) {
			shop.apply();
			shop.sql("delete from t where id <= 3");
			shop.revert(Map.of());
			var retention = retention(shop, Instant.now());

			var thing = retention.kept("shop", STASH);
			assertThat(thing.returned()).isNotNull();
			assertThat(thing.conflicts()).isEqualTo(3);
			assertThat(thing.pointOfNoReturn()).isFalse();
			var first = retention.conflicts("shop", STASH, 0, 2);
			assertThat(first).extracting(Outcome.Conflict::undone).containsExactly("1", "2");
			assertThat(retention.conflicts("shop", STASH, first.get(1).number(), 2))
				.extracting(Outcome.Conflict::undone)
				.containsExactly("3");

			retention.retire("shop", STASH, "omar", "Nobody wants them");

			assertThat(shop.rows("select key ->> 'id', undone from backout.conflict order by n"))
				.containsExactly("1|null", "2|null", "3|null");
		}
	}

}
