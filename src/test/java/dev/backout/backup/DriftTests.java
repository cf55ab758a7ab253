package dev.backout.backup;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.Target;
import dev.backout.fingerprint.SchemaRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A backup says what its schema has that no changelog made, and when nobody knows. */
class DriftTests {

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	@Test
	void namesEachObjectThatDrifted() throws SQLException {
		migrate();
		sql("create index by_hand on item (id); create table left_over (id int); alter table item drop note");
		var files = files();

		var backup = files.take(target(), "drifted", Duration.ofDays(1), Progress.NONE);

		var drift = files.store().open(backup.id()).manifest().drift();
		assertThat(drift).isNotNull();
		assertThat(drift.fromStart()).isTrue();
		assertThat(drift.later()).anySatisfy((line) -> assertThat(line).startsWith("+ index public.by_hand: "))
			.anySatisfy((line) -> assertThat(line).startsWith("+ relation public.left_over: "))
			.contains("- column public.item.note: text");
		assertThat(files.remarks(backup.id())).hasSameSizeAs(drift.later())
			.allSatisfy((remark) -> assertThat(remark).startsWith("Not by the changelog, since "));
		assertThat(files.verify(backup.id(), target(), Scrutiny.USUAL, Progress.NONE).findings()).isEmpty();
	}

	@Test
	void saysThatNothingDriftedOnlyWhereThatIsKnown() throws SQLException {
		var files = files();
		migrate();
		var known = files.take(target(), "known", Duration.ofDays(1), Progress.NONE);
		sql("update databasechangelog set md5sum = '9:somebody'");
		var unknown = files.take(target(), "unknown", Duration.ofDays(1), Progress.NONE);
		sql("drop table databasechangelog");
		var without = files.take(target(), "without", Duration.ofDays(1), Progress.NONE);

		assertThat(files.remarks(known.id())).containsExactly("The schema is as its changelog made it");
		assertThat(files.remarks(unknown.id())).containsExactly(
				"Whether the schema is as its changelog made it is not known: Backout did not bring it to this state");
		assertThat(files.remarks(without.id())).isEmpty();
	}

	/** As a release does it, with one changeset. */
	private void migrate() throws SQLException {
		try (var connection = target().open("test"); var statement = connection.createStatement()) {
			statement.execute("create schema backout");
			var record = SchemaRecord.before(connection, false);
			statement.execute("""
					create table item (id int primary key, note text);
					create table databasechangelog (id text, author text, filename text, md5sum text, exectype text,
						orderexecuted int);
					insert into databasechangelog values ('1', 'a', 'item.sql', '9:x', 'EXECUTED', 1)""");
			record.changed(connection);
		}
	}

	private void sql(String sql) {
		this.shop.jdbc().sql(sql).update();
	}

	private Target target() {
		return DatabaseFixture.aTarget(this.shop);
	}

	private BackupFiles files() {
		return BackupFiles.in(this.data.resolve("backups"), this.data.resolve("backup.key"), 2, Clock.systemUTC());
	}

}
