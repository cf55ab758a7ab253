package dev.backout.backup.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.PinnedSession;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.Schemas;
import dev.backout.fingerprint.Scope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A schema written down and built again is the same schema. */
class SchemaScriptTests {

	static TestDatabase database;

	/** An invalid index comes back valid. */
	static final Pattern UNKNOWN = Pattern.compile("^index invalid");

	final ScratchDatabases scratches = new ScratchDatabases();

	Connection connection;

	@BeforeAll
	static void aSchemaWithEverything() {
		database = TestDatabase.create();
		database.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'app_ro') then create role app_ro; end if;
				end $$""").update();
		Schemas.everything(database);
	}

	@AfterAll
	static void drop() {
		database.drop();
	}

	@BeforeEach
	void open() throws SQLException {
		this.connection = database.dataSource().getConnection();
		this.connection.setAutoCommit(false);
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.rollback();
		this.connection.close();
	}

	@Test
	void rebuildsEverything() throws SQLException {
		var difference = rebuilt();

		assertThat(difference.describe()).filteredOn((line) -> !line.contains("~")).isEmpty();
	}

	/** In batches, as a scratch database for each would take too long. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4 })
	void rebuildsWhatBecameOfIt(int batch) throws SQLException {
		var mutations = Schemas.mutations().filter((line) -> !UNKNOWN.matcher(line).find()).toList();
		var applied = 0;
		for (int i = batch; i < mutations.size(); i += 5) {
			applied += tryTo(mutations.get(i).substring(mutations.get(i).indexOf('|') + 1));
		}
		assertThat(applied).isGreaterThan(12);

		var difference = rebuilt();

		assertThat(difference.describe()).filteredOn((line) -> !line.contains("~")).isEmpty();
	}

	@Test
	void namesWhatItCannotRebuild() throws SQLException {
		execute("create access method other type table handler heap_tableam_handler");

		var difference = rebuilt();

		assertThat(difference.describe()).anyMatch((line) -> line.startsWith("- accessmethod other"));
	}

	private int tryTo(String sql) throws SQLException {
		var savepoint = this.connection.setSavepoint();
		try {
			execute(sql);
			return 1;
		}
		catch (SQLException ex) {
			this.connection.rollback(savepoint);
			return 0;
		}
	}

	@Test
	void survivesBeingWrittenToAFile() throws SQLException {
		execute("create function odd() returns text language sql as $x$select '-- next\n;\n-- next\n'$x$");
		var script = read();

		assertThat(SchemaScript.parse(SchemaScript.toText(script.before()))).isEqualTo(script.before());
		assertThat(SchemaScript.parse(SchemaScript.toText(script.after()))).isEqualTo(script.after());
	}

	private SchemaScript.Draft read() throws SQLException {
		try (var pinned = PinnedSession.on(this.connection)) {
			return SchemaScript.read(this.connection);
		}
	}

	private Difference rebuilt() throws SQLException {
		var script = read();
		var source = SchemaFingerprint.of(this.connection, Scope.EVERYTHING);
		try (var scratch = this.scratches.create(DatabaseFixture.aTarget(database), "schema");
				var empty = scratch.target().open()) {
			var built = SchemaScript.build(script, empty);
			assertThat(built.failed()).isEmpty();
			return Difference.between(source, SchemaFingerprint.of(empty, Scope.EVERYTHING));
		}
	}

	private void execute(String sql) throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
