package dev.backout.migration;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.fingerprint.SchemaDrift;
import dev.backout.fingerprint.SchemaRecord;
import dev.backout.step.AStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the changelog made is written down where it made it, each time it moves. */
class RecordingTests {

	private static final String BY_HAND = "+ index public.by_hand: CREATE INDEX by_hand ON public.customer USING btree (name)|valid=true|ready=true";

	@TempDir
	Path directory;

	@Test
	void tellsWhatOthersChangedSinceFromWhatTheChangelogMade() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			var migrations = ReleaseStepsTests.migrations(shop);
			assertThat(drift(shop)).isEmpty();

			ReleaseStepsTests.apply(migrations, "1");
			assertThat(drift(shop)).hasValueSatisfying((drift) -> {
				assertThat(drift.none()).isTrue();
				assertThat(drift.fromStart()).isTrue();
			});
			shop.sql("create index by_hand on customer (name); alter table orders alter status set default 'new'");

			assertThat(later(shop)).hasSize(3)
				.anySatisfy((line) -> assertThat(line).startsWith(BY_HAND))
				.anySatisfy((line) -> assertThat(line).isEqualTo("- column public.orders.status: text"))
				.anySatisfy((line) -> assertThat(line)
					.isEqualTo("+ column public.orders.status: text|default='new'::text"));
			ReleaseStepsTests.apply(migrations, "1");
			assertThat(later(shop)).as("nothing to apply approves of nothing").hasSize(3);
		}
	}

	@Test
	void whatHadDriftedBeforeAMigrationIsToldUntilItIsGone() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			var migrations = ReleaseStepsTests.migrations(shop);
			ReleaseStepsTests.apply(migrations, "1");
			shop.sql("create index by_hand on orders (status); alter table orders alter status set default 'new'");
			ReleaseStepsTests.apply(migrations, "2");

			assertThat(later(shop)).isEmpty();
			assertThat(earlier(shop)).hasSize(3).anySatisfy((line) -> assertThat(line).contains("by_hand"));
			ReleaseStepsTests.revert(migrations, Map.of());
			assertThat(later(shop)).isEmpty();
			assertThat(earlier(shop)).hasSize(3);
			shop.sql("drop index by_hand; alter table orders alter status drop default");

			assertThat(drift(shop)).hasValueSatisfying((drift) -> assertThat(drift.none()).isTrue());
		}
	}

	@Test
	void lettingGoOfKeptThingsIsNoDrift() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			var migrations = ReleaseStepsTests.migrations(shop);
			ReleaseStepsTests.apply(migrations, "1");
			ReleaseStepsTests.apply(migrations, "2");
			shop.sql("create table by_hand (id int)");

			new RetireStep(migrations).execute(new AStep("run-9", Map.of("target", "shop", "release", "2")));

			assertThat(later(shop)).isEmpty();
			assertThat(earlier(shop)).isNotEmpty().allSatisfy((line) -> assertThat(line).contains("by_hand"));
		}
	}

	@Test
	void nothingIsKnownOfAStateThatOthersMade() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			var migrations = ReleaseStepsTests.migrations(shop);
			ReleaseStepsTests.apply(migrations, "1");
			shop.sql("""
					insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype)
					values ('theirs', 'x', 'theirs.sql', now(), 99, 'EXECUTED')""");

			assertThat(drift(shop)).isEmpty();
			ReleaseStepsTests.apply(migrations, "2");
			assertThat(drift(shop)).hasValueSatisfying((drift) -> {
				assertThat(drift.none()).isTrue();
				assertThat(drift.fromStart()).as("what was before is not known").isFalse();
			});
		}
	}

	@Test
	void whatWasDoneBeforeAFailureIsWrittenDown() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			shop.file("orders.sql", """
					--liquibase formatted sql
					--changeset o:o1 labels:1
					create table orders (id int primary key);
					select 1 / 0;
					""");
			var migrations = ReleaseStepsTests.migrations(shop);

			assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> ReleaseStepsTests.apply(migrations, "1")))
				.isNotNull();
			shop.sql("create table by_hand (id int)");

			assertThat(shop.deployed()).containsExactly("c1");
			assertThat(later(shop)).isNotEmpty().allSatisfy((line) -> assertThat(line).contains("by_hand"));
		}
	}

	@Test
	void whatAnInterruptedChangesetMadeIsItsOwn() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			shop.file("orders.sql", """
					--liquibase formatted sql
					--changeset o:o1 labels:1
					create table orders (id int primary key);
					--changeset o:o2 labels:2 runInTransaction:false
					create table half (id int);
					select 1 / (select count(*) from orders);
					""");
			var migrations = ReleaseStepsTests.migrations(shop);
			ReleaseStepsTests.apply(migrations, "1");
			assertThatThrownBy(() -> ReleaseStepsTests.apply(migrations, "2")).isNotNull();
			shop.sql("insert into orders values (1)");

			assertThat(ReleaseStepsTests.apply(migrations, "2")).isInstanceOf(dev.backout.step.StepOutcome.Done.class);

			assertThat(shop.deployed()).contains("o2");
			assertThat(drift(shop)).hasValueSatisfying((drift) -> {
				assertThat(drift.none()).isTrue();
				assertThat(drift.fromStart()).as("half a changeset hides what others did").isFalse();
			});
		}
	}

	@Test
	void whatTheChangelogHasMadeAnewIsItsOwn() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			shop.file("orders.sql", """
					--liquibase formatted sql
					--changeset o:o1 labels:1
					create table orders (id int primary key, status text);
					--changeset o:o2 labels:2
					alter table orders alter status type varchar(9);
					create index if not exists by_hand on orders (status);
					""");
			var migrations = ReleaseStepsTests.migrations(shop);
			ReleaseStepsTests.apply(migrations, "1");
			shop.sql("alter table orders alter status set not null; create table left_over (id int)");

			ReleaseStepsTests.apply(migrations, "2");

			assertThat(earlier(shop)).isNotEmpty().allSatisfy((line) -> assertThat(line).contains("left_over"));
		}
	}

	@Test
	void whatLackedInATableThatIsDroppedLacksNoMore() {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			shop.file("orders.sql", """
					--liquibase formatted sql
					--changeset o:o1 labels:1
					create table orders (id int primary key, status text);
					create index orders_status on orders (status);
					--changeset o:o2 labels:2
					drop table orders;
					""");
			var migrations = ReleaseStepsTests.migrations(shop);
			ReleaseStepsTests.apply(migrations, "1");
			shop.sql("drop index orders_status; alter table orders drop status; alter table orders add other int");
			assertThat(later(shop)).hasSize(3);

			ReleaseStepsTests.apply(migrations, "2");

			assertThat(earlier(shop)).isEmpty();
		}
	}

	@Test
	void nobodyWaitsForALockToLearnOfDrift() throws SQLException {
		try (var shop = ReleaseStepsTests.shop(this.directory)) {
			ReleaseStepsTests.apply(ReleaseStepsTests.migrations(shop), "1");
			shop.sql("create view names as select name from customer");
			try (var holder = shop.connection();
					var statement = holder.createStatement();
					var connection = shop.connection()) {
				holder.setAutoCommit(false);
				statement.execute("lock table customer in access exclusive mode");

				var before = SchemaRecord.before(connection, false);
				holder.rollback();
				shop.sql("update databasechangelog set md5sum = '9:theirs'");
				before.changed(connection);
			}

			assertThat(drift(shop)).as("not approved of unseen").isEmpty();
		}
	}

	private static Optional<SchemaDrift> drift(Shop shop) {
		try (var connection = shop.connection()) {
			return SchemaRecord.drift(connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> later(Shop shop) {
		return drift(shop).orElseThrow().later().describe();
	}

	private static List<String> earlier(Shop shop) {
		return drift(shop).orElseThrow().earlier().describe();
	}

}
