package dev.backout.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Targets, their fences and what is created beside them. */
class ScratchDatabasesTests {

	final TestDatabase shop = TestDatabase.create();

	final Target target = DatabaseFixture.aTarget(this.shop);

	final ScratchDatabases scratches = new ScratchDatabases();

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	@Test
	void isGoneAfterwardsWhoeverIsStillConnected() throws SQLException {
		String name;
		try (var scratch = this.scratches.create(this.target, "verify");
				var connection = scratch.target().open();
				var statement = connection.createStatement()) {
			name = scratch.target().database();
			statement.execute("create table item (id int)");
			assertThat(databases()).contains(name);
			scratch.close();
		}
		assertThat(databases()).doesNotContain(name);
	}

	@Test
	void ofAKilledProcessIsSweptAndOneInUseIsNot() throws SQLException {
		var orphan = ScratchDatabases.PREFIX + "proof_killed";
		this.shop.jdbc().sql("create database " + orphan).update();
		try (var used = this.scratches.create(this.target, "verify")) {
			assertThat(databases()).doesNotContain(orphan).contains(used.target().database());
			assertThat(this.scratches.sweep(this.target)).doesNotContain(used.target().database());
			assertThat(databases()).contains(used.target().database());
		}
	}

	@Test
	void canBeACopyAndCanBeKept() throws SQLException {
		var golden = TestDatabase.create();
		golden.jdbc().sql("create table item as select 42 as id").update();

		try (var scratch = this.scratches.copy(this.target, golden.name(), "proof");
				var connection = scratch.target().open();
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select id from item")) {
			rows.next();
			assertThat(rows.getInt(1)).isEqualTo(42);
		}
		try (var scratch = this.scratches.create(this.target, "restore")) {
			this.shop.jdbc()
				.sql("alter database %s rename to %s_kept".formatted(scratch.target().database(), this.shop.name()))
				.update();
			scratch.keep();
		}
		assertThat(databases()).contains(this.shop.name() + "_kept");
		this.shop.jdbc().sql("drop database %s_kept".formatted(this.shop.name())).update();
		golden.drop();
	}

	@Test
	void aFenceKeepsASecondNodeOutAndNamesTheFirst() throws SQLException {
		try (var first = this.target.open("migration");
				var second = this.target.open();
				var fence = Fence.take(first, "databasechangelog", Duration.ZERO)) {
			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> Fence.take(second, "databasechangelog", Duration.ofMillis(300)))
				.withMessageContaining("backout/migration (process ");
			assertThat(Fence.tryTake(second, "other")).isPresent();

			fence.close();

			assertThat(Fence.tryTake(second, "databasechangelog")).isPresent();
		}
	}

	@Test
	void targetsThatGiveNoSessionAreNamedWithTheMend() {
		var password = new Target("shop", this.shop.url(), "nobody", Secret.of("wrong"));
		var missing = this.target.at("nowhere");
		var dead = new Target("shop", "jdbc:postgresql://127.0.0.1:1/shop", "postgres", Secret.of("x"));

		assertThatExceptionOfType(Rejected.class).isThrownBy(missing::open)
			.withMessageContaining("there is no database 'nowhere'")
			.extracting(Rejected::code)
			.isEqualTo("target.missing");
		assertThatExceptionOfType(Rejected.class).isThrownBy(dead::open)
			.withMessageContaining("backout.targets.shop.url");
		assertThatExceptionOfType(Rejected.class).isThrownBy(password::open)
			.withMessageContaining("log-in of user 'nobody'");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> new Target("shop", this.shop.url(), "postgres", Secret.of("env:NOT_SET")).open())
			.withMessageContaining("NOT_SET");
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> Targets.of(this.target).named("shp"))
			.withMessageContaining("known are [shop]");
		assertThat(Secret.of("hunter2")).hasToString("***");
	}

	private List<String> databases() {
		return this.shop.jdbc().sql("select datname from pg_database").query(String.class).list();
	}

}
