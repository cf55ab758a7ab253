package dev.backout.backup;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.ServerRoom;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import dev.backout.step.StepOutcome.Done;
import dev.backout.step.StepOutcome.Refused;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A restore in anger, step by step, and whatever ends it half-way. */
class RestoresTests extends RestoreScene {

	@Test
	void stepByStepIntoThePlaceOfTheTarget() {
		this.fixture.verify(this.backup);
		var chosen = (Done) new ChooseStep(this.restores).execute(step("target", "shop"));
		assertThat(chosen.outputs()).containsEntry("backupId", this.backup.id())
			.containsKeys("restoreSeconds", "downtimeSeconds");
		assertThat(chosen.summary()).contains("without connections", "1 measured restore");

		var beside = new VerifyStep(this.fixture.backups, this.restores)
			.execute(step("backupId", this.backup.id(), "beside", "shop"));
		assertThat(beside).isInstanceOf(Done.class);
		assertThat(states()).as("the target is not touched").containsExactly("bad");
		assertThat(this.fixture.backups.find(this.backup.id())).hasValueSatisfying(Backup::verified);

		var swapped = (Done) new SwapStep(this.restores)
			.execute(step("target", "shop", "planDigest", chosen.outputs().get("planDigest")));
		assertThat(states()).containsExactly("good");
		assertThat(Long.parseLong(swapped.outputs().get("downtimeMillis"))).isBetween(0L, 20_000L);
		assertThat(this.restores.downtimes("shop")).isNotEmpty();

		var checked = (Done) new AfterCheckStep(this.restores).execute(step("target", "shop"));
		assertThat(checked.summary()).isEqualTo("All in order");

		var former = swapped.outputs().get("formerDatabase");
		assertThat(this.restores.formers("shop")).extracting(Former::name).contains(former);
		assertThat(new ReleaseStep(this.restores).execute(step("target", "shop", "owner", "omar")))
			.isInstanceOf(Done.class);
		assertThat(databases()).doesNotContain(former);
		assertThat(deeds()).contains("restore.chosen", "backup.verified", "backup.restored", "restore.checked",
				"restore.former-released");
	}

	@Test
	void everyStepFindsItselfDone() {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		var again = this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		assertThat(again.held()).isTrue();
		assertThat(again.restoreTook()).isZero();

		var first = this.restores.swap("shop", this.run, choice.digest());
		this.shop.jdbc().sql("update item set state = 'written after the exchange'").update();
		var second = this.restores.swap("shop", this.run, choice.digest());

		assertThat(second.former()).isEqualTo(first.former());
		assertThat(second.downtime()).isEqualTo(first.downtime());
		assertThat(states()).containsExactly("written after the exchange");
		assertThat(this.restores.discard("shop", this.run)).contains("took place");
		assertThat(databases()).contains(first.former());
	}

	@Test
	void anExchangeIsTakenBack() {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		this.restores.swap("shop", this.run, choice.digest());

		var back = new SwapStep(this.restores)
			.execute(step("target", "shop", "planDigest", choice.digest(), "back", "true"));

		assertThat(back).isInstanceOf(Done.class);
		assertThat(states()).containsExactly("bad");
		this.restores.swapBack("shop", this.run);
		assertThat(states()).containsExactly("bad");
		this.restores.discard("shop", this.run);
		assertThat(databases()).doesNotContain(Beside.restored(this.shop.name(), this.run));
	}

	@Test
	void refusesABackupThatIsNotTheOneThatWasApproved() {
		this.restores.choose(this.backup.id(), "shop", this.run);
		var other = this.fixture.take(this.run + "-2");
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);

		var outcome = new SwapStep(this.restores).execute(
				step("target", "shop", "planDigest", RestoreChoice.seal("shop", other.id(), other.manifestDigest())));

		assertThat(outcome).isInstanceOfSatisfying(Refused.class,
				(refused) -> assertThat(refused.code()).isEqualTo("stale"));
		assertThat(states()).containsExactly("bad");
	}

	@Test
	void anotherBackupChosenReplacesWhatStandsBeside() {
		this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		var other = this.fixture.take(this.run + "-2");

		var choice = this.restores.choose(other.id(), "shop", this.run);
		this.restores.beside(other.id(), "shop", this.run, Progress.NONE);
		this.restores.swap("shop", this.run, choice.digest());

		assertThat(states()).containsExactly("bad");
	}

	@Test
	void choosesTheNewestThatWasVerifiedOrNone() {
		assertThat(new ChooseStep(this.restores).execute(step("target", "shop"))).isInstanceOfSatisfying(Refused.class,
				(refused) -> assertThat(refused.reason()).contains("ever verified"));
		this.fixture.verify(this.backup);
		this.fixture.take(this.run + "-2");

		assertThat(this.restores.choose("", "shop", this.run).backup()).isEqualTo(this.backup.id());
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.restores.choose("shop-of-nobody", "shop", this.run));
	}

	@Test
	void sessionsThatAreNotOursToEndLeaveTheTargetAsItWas() throws Exception {
		var role = "weak_" + UUID.randomUUID().toString().substring(0, 8);
		jdbc().sql("create role %s login createdb password 'weak'".formatted(role)).update();
		jdbc().sql("alter database %s owner to %s".formatted(this.shop.name(), role)).update();
		var weak = new Target("shop", this.shop.url(), role, dev.backout.database.Secret.of("weak"));
		var beside = Beside.restored(this.shop.name(), this.run);
		jdbc().sql("create database %s owner %s".formatted(beside, role)).update();
		jdbc()
			.sql("comment on database %s is %s".formatted(beside,
					Swap.literal("Backout: restored beside 'x' from backup b-1, schema and rows compared")))
			.update();
		try (var stays = this.shop.dataSource().getConnection(); var statement = stays.createStatement()) {
			statement.execute("select 1");

			assertThatExceptionOfType(Rejected.class).isThrownBy(
					() -> new Swap(weak, Duration.ofMillis(300)).run(beside, Beside.former(this.shop.name(), this.run)))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.busy"))
				.withMessageContaining("pg_signal_backend");

			assertThat(statement.execute("select 1")).isTrue();
		}
		assertThat(states()).containsExactly("bad");
		jdbc().sql("alter database %s owner to postgres".formatted(this.shop.name())).update();
		jdbc().sql("drop database " + beside).update();
		jdbc().sql("drop role " + role).update();
	}

	@Test
	void preparedTransactionsAndSlotsAreNamed() {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		this.shop.jdbc().sql("begin; insert into item (state) values ('x'); prepare transaction 'left over'").update();

		assertThat(new SwapStep(this.restores).execute(step("target", "shop", "planDigest", choice.digest())))
			.isInstanceOfSatisfying(Refused.class, (refused) -> {
				assertThat(refused.code()).isEqualTo("busy");
				assertThat(refused.reason()).contains("prepared transaction 'left over'");
			});

		this.shop.jdbc().sql("rollback prepared 'left over'").update();
		this.shop.jdbc()
			.sql("create subscription sub connection 'host=nowhere' publication p with (connect = false)")
			.update();
		assertThat(new SwapStep(this.restores).execute(step("target", "shop", "planDigest", choice.digest())))
			.isInstanceOfSatisfying(Refused.class,
					(refused) -> assertThat(refused.reason()).contains("subscription 'sub'"));
		this.shop.jdbc().sql("alter subscription sub set (slot_name = none)").update();
		this.shop.jdbc().sql("drop subscription sub").update();
	}

	@Test
	void aNameThatSomebodyElseHasIsLeftAlone() {
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);
		var former = Beside.former(this.shop.name(), this.run);
		jdbc().sql("create database " + former).update();

		assertThat(new SwapStep(this.restores).execute(step("target", "shop", "planDigest", choice.digest())))
			.isInstanceOfSatisfying(Refused.class,
					(refused) -> assertThat(refused.reason()).contains(former, "none of ours"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.restores.release("shop", former, this.run, "omar"))
			.withMessageContaining("left alone");

		assertThat(databases()).contains(former);
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.restores.release("shop", this.shop.name(), this.run, "omar"));
	}

	@Test
	void namesStayWithinSixtyThreeBytes() {
		var long1 = "d".repeat(63);
		var long2 = "d".repeat(62) + "e";
		var wide = "ü".repeat(31);

		assertThat(List.of(long1, long2, wide)).allSatisfy((name) -> {
			assertThat(Beside.former(name, "k").getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
				.isLessThanOrEqualTo(63);
			assertThat(Beside.former(name, "k")).isNotEqualTo(name);
		});
		assertThat(Beside.former(long1, "k")).isNotEqualTo(Beside.former(long2, "k"));
		assertThat(Beside.restored("shop", "k")).isEqualTo(Beside.restored("shop", "k"))
			.isNotEqualTo(Beside.restored("shop", "l"));
	}

	@Test
	void theCheckNamesWhatIsNotInOrder() {
		this.shop.jdbc().sql("""
				update databasechangeloglock set locked = true;
				do $$ begin perform setval(pg_get_serial_sequence('item', 'id'), 5); end $$;
				create table other (id int); insert into other values (1), (1);
				alter table other add constraint positive check (id > 1) not valid;
				create materialized view nothing as select 1 as x with no data""").update();
		try {
			this.shop.jdbc().sql("create unique index concurrently twice on other (id)").update();
		}
		catch (org.springframework.dao.DataAccessException ex) {
			// As it should: it leaves an invalid index.
		}

		var check = this.restores.check("shop", this.run);

		assertThat(check.findings())
			.anySatisfy((finding) -> assertThat(finding).contains("item", "holds 100", "6 next"))
			.anySatisfy((finding) -> assertThat(finding).contains("Liquibase's lock", "a node that is gone"))
			.anySatisfy((finding) -> assertThat(finding).contains("twice", "invalid"))
			.anySatisfy((finding) -> assertThat(finding).contains("other", "never analyzed"));
		assertThat(check.notes()).anySatisfy((note) -> assertThat(note).contains("positive"))
			.anySatisfy((note) -> assertThat(note).contains("nothing"));
		assertThat(new AfterCheckStep(this.restores).execute(step("target", "shop"))).isInstanceOf(Refused.class);
	}

	@Test
	void ownerGrantsAndSettingsAreThoseOfTheReplacedDatabase() {
		jdbc().sql("alter database %s set timezone to 'Europe/Paris'".formatted(this.shop.name())).update();
		jdbc().sql("alter database %s connection limit 77".formatted(this.shop.name())).update();
		jdbc().sql("revoke connect on database %s from public".formatted(this.shop.name())).update();
		jdbc().sql("comment on database %s is 'prod'".formatted(this.shop.name())).update();
		var choice = this.restores.choose(this.backup.id(), "shop", this.run);
		this.restores.beside(this.backup.id(), "shop", this.run, Progress.NONE);

		this.restores.swap("shop", this.run, choice.digest());

		assertThat(this.restores.check("shop", this.run).findings()).isEmpty();
		assertThat(jdbc()
			.sql("""
					select datconnlimit || ' ' || shobj_description(oid, 'pg_database') from pg_database where datname = ?""")
			.param(this.shop.name())
			.query(String.class)
			.single()).isEqualTo("77 prod");
		jdbc().sql("alter database %s reset timezone".formatted(this.shop.name())).update();
		assertThat(this.restores.check("shop", this.run).findings()).singleElement()
			.asString()
			.contains("settings", "Europe/Paris");
	}

	@Test
	void nothingIsLeftOfARestoreThatIsCancelled() {
		var stopped = new java.util.concurrent.atomic.AtomicBoolean();
		Progress cancelled = new Progress() {

			@Override
			public void at(long done, long total, String unit) {
			}

			@Override
			public void checkpoint() {
				stopped.set(true);
				throw new java.util.concurrent.CancellationException("stop");
			}

		};

		assertThatExceptionOfType(java.util.concurrent.CancellationException.class)
			.isThrownBy(() -> this.restores.beside(this.backup.id(), "shop", this.run, cancelled));

		assertThat(stopped).isTrue();
		assertThat(databases()).noneMatch((name) -> name.startsWith(ScratchDatabases.PREFIX + "restore"))
			.doesNotContain(Beside.restored(this.shop.name(), this.run));
	}

	@Test
	void tooLittleRoomOnTheServerIsToldBeforeAnythingIsRestored() {
		var target = DatabaseFixture.aTarget(this.shop);
		var asked = new java.util.ArrayList<java.nio.file.Path>();
		var beside = new RestoreBeside(target, new ScratchDatabases(), new ServerRoom((directory) -> {
			asked.add(directory);
			return 50 << 20;
		}));

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> beside.run(this.backup.id(), this.run,
					(empty) -> org.junit.jupiter.api.Assertions.fail("nothing may be restored")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.no-space"))
			.withMessageMatching(".*takes up to \\d+ MB on the server, 50 MB are free: free some.*");

		assertThat(asked).singleElement()
			.satisfies((directory) -> assertThat(directory.resolve("PG_VERSION")).exists());
		assertThat(databases()).noneMatch((name) -> name.startsWith(ScratchDatabases.PREFIX + "restore"))
			.doesNotContain(Beside.restored(this.shop.name(), this.run));
	}

}
