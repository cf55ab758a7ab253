package dev.backout.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import dev.backout.TestDatabase;
import dev.backout.ledger.LedgerFixture;
import dev.backout.step.AStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A target with bad rows, and a backup of the good ones. */
abstract class RestoreScene {

	static LedgerFixture own;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	final TestDatabase server = TestDatabase.create();

	final String run = "run-" + UUID.randomUUID();

	BackupFixture fixture;

	Restores restores;

	Backup backup;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
	}

	@BeforeEach
	void aBackupOfGoodRows() {
		own.jdbc.sql("truncate backout.backup, backout.restore_choice, backout.restore_check cascade").update();
		this.shop.jdbc().sql("""
				create table item (id int generated always as identity primary key, state text);
				insert into item (state) select 'good' from generate_series(1, 100);
				create table databasechangeloglock (id int, locked boolean, lockgranted timestamp, lockedby text);
				insert into databasechangeloglock values (1, true, now(), 'a node that is gone')""").update();
		this.fixture = new BackupFixture(this.data, own, this.shop);
		this.restores = this.fixture.restores;
		this.backup = this.fixture.take(this.run);
		this.shop.jdbc().sql("update item set state = 'bad'").update();
	}

	@AfterEach
	void drop() {
		databases().stream()
			.filter((name) -> name.startsWith(this.shop.name().substring(0, 30)) && !name.equals(this.shop.name()))
			.forEach((name) -> jdbc().sql("drop database \"%s\" with (force)".formatted(name)).update());
		this.shop.drop();
		this.server.drop();
	}

	AStep step(String... inputs) {
		return new AStep(this.run, AStep.with(inputs).inputs());
	}

	List<String> states() {
		return this.shop.jdbc().sql("select distinct state from item").query(String.class).list();
	}

	JdbcClient jdbc() {
		return this.server.jdbc();
	}

	List<String> databases() {
		return jdbc().sql("select datname from pg_database").query(String.class).list();
	}

	List<String> deeds() {
		return own.jdbc.sql("select leaf::jsonb ->> 'kind' from backout.ledger_entry where subject = ?")
			.param(this.run)
			.query(String.class)
			.list();
	}

}
