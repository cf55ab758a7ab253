package dev.backout.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CancellationException;

import dev.backout.TestDatabase;
import dev.backout.database.Targets;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Clones come from what is known to restore, and nothing of them stays. */
class VerifiedClonesTests {

	private static final Runnable NOBODY_LOOKS = () -> {
	};

	final TestDatabase ours = TestDatabase.withSchema();

	@TempDir
	Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	BackupFixture fixture;

	VerifiedClones clones;

	@BeforeEach
	void prepare() {
		this.shop.jdbc()
			.sql("create table item (id int primary key, name text); insert into item select i, 'n' || i from generate_series(1, 500) i")
			.update();
		this.fixture = new BackupFixture(this.data, LedgerFixture.on(this.ours, this.ledger), this.shop);
		this.clones = new VerifiedClones(this.fixture.backups,
				new BackupFiles(this.fixture.store, CopySettings.plain(2), Clock.systemUTC()),
				Targets.of(this.fixture.target));
	}

	@AfterEach
	void drop() {
		this.shop.drop();
		this.ours.drop();
	}

	List<String> scratches() {
		return this.ours.jdbc()
			.sql("select datname from pg_database where datname like 'backout\\_scratch\\_proof%'")
			.query(String.class)
			.list();
	}

	@Test
	void onlyWhatWasRestoredAndFoundEqualIsCloned() throws Exception {
		var first = this.fixture.take("first");
		assertThat(this.clones.newest("shop", NOBODY_LOOKS)).isEmpty();
		this.fixture.verify(first);
		this.shop.jdbc().sql("delete from item where id > 100").update();
		this.fixture.take("second, never verified");

		try (var clone = this.clones.newest("shop", NOBODY_LOOKS).orElseThrow();
				var connection = clone.target().open();
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select count(*) from item")) {
			rows.next();
			assertThat(rows.getInt(1)).isEqualTo(500);
			assertThat(clone.backup()).isEqualTo(first.id());
			assertThat(clone.takenAt()).isEqualTo(first.takenAt());
			assertThat(Fingerprint.of(connection, Scope.EVERYTHING).schema().digest()).isEqualTo(first.schemaDigest());
			assertThat(scratches()).hasSize(1);
		}
		assertThat(scratches()).isEmpty();
	}

	@Test
	void aDamagedOrCancelledOneLeavesNothing() throws Exception {
		var backup = this.fixture.take("first");
		this.fixture.verify(backup);

		assertThatThrownBy(() -> this.clones.newest("shop", () -> {
			throw new CancellationException("enough");
		})).isInstanceOf(CancellationException.class);
		assertThat(scratches()).isEmpty();

		try (var files = Files.walk(this.fixture.directory.resolve(backup.id()))) {
			for (var file : files.filter((one) -> one.toString().contains("data"))
				.filter(Files::isRegularFile)
				.toList()) {
				Files.write(file, new byte[] { 1, 2, 3 });
			}
		}
		assertThatThrownBy(() -> this.clones.newest("shop", NOBODY_LOOKS)).isInstanceOf(Rejected.class)
			.hasMessageContaining("does not restore");
		assertThat(scratches()).isEmpty();
	}

}
